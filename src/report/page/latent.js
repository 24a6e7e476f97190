// latent.js - arithmetic of latents: Float32Arrays of one length.
'use strict';

const dot = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

const lengthOf = (a) => Math.sqrt(dot(a, a));

// p a + q b
function mix(a, p, b, q) {
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = p * a[i] + q * b[i];
  return out;
}

// Independent normal numbers (Box and Muller, 1958).
function drawLatent(n, random = Math.random) {
  const z = new Float32Array(n);
  for (let i = 0; i < n; i++)
    z[i] = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return z;
}

// From a (t = 0) to b (t = 1) along an arc: latents of a normal distribution lie near a sphere, which a straight
// line leaves (White, 2016). The length changes evenly. Opposite latents have no arc of their own: a straight line.
function slerp(a, b, t) {
  const la = lengthOf(a), lb = lengthOf(b);
  const cosine = la > 0 && lb > 0 ? Math.min(1, Math.max(-1, dot(a, b) / (la * lb))) : 1;
  const angle = Math.acos(cosine), sine = Math.sin(angle);
  if (sine < 1e-4) return mix(a, 1 - t, b, t);
  const long = (1 - t) * la + t * lb;
  return mix(a, Math.sin((1 - t) * angle) / sine * long / la, b, Math.sin(t * angle) / sine * long / lb);
}

// Two directions of length 1 at right angles in the plane of a and b.
function rightAngles(a, b) {
  const u = mix(a, 1 / (lengthOf(a) || 1), a, 0), rest = mix(b, 1, u, -dot(b, u)), long = lengthOf(rest);
  return [u, long > 1e-6 ? mix(rest, 1 / long, rest, 0) : rest];
}

// A latent as text of a link, and back; null for a text that is not one.
function latentToText(z) {
  const bytes = new Uint8Array(2 * z.length);
  z.forEach((x, i) => {
    const h = halfOf(x);
    bytes[2 * i] = h & 255;
    bytes[2 * i + 1] = h >> 8;
  });
  return base64Of(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function latentFromText(text, n) {
  try {
    const z = halvesOf(bytesOf(text.replace(/-/g, '+').replace(/_/g, '/')));
    return z.length === n && z.every(Number.isFinite) ? z : null;
  } catch {
    return null;
  }
}

// The bytes of an .npy file of z (1, n), which gan sample --latents reads.
function npyOf(z) {
  const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, " + z.length + '), }';
  const header = '\x93NUMPY\x01\x00v\x00' + text.padEnd(117) + '\n';
  const bytes = new Uint8Array(header.length + 4 * z.length), values = new DataView(bytes.buffer, header.length);
  for (let i = 0; i < header.length; i++) bytes[i] = header.charCodeAt(i);
  z.forEach((x, i) => values.setFloat32(4 * i, x, true));
  return bytes;
}
