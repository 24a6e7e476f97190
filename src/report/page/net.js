// net.js - runs a generator: the operators of nn/describe.h on one latent, in single precision.
//
// Values of an image lie pixel by pixel (height, width, channel), so that the innermost loops run over channels,
// which follow each other. Weights come as PyTorch stores them (channel by channel) and are reordered once.
// It knows nothing of the document: tests run it without one.
// What a generator is told beside z are its features: [index, weight] each (nn/condition.h).
'use strict';

// Half-precision numbers (IEEE 754 binary16), little-endian, as single ones.
function halvesOf(bytes) {
  const out = new Float32Array(bytes.length >> 1);
  for (let i = 0; i < out.length; i++) {
    const h = bytes[2 * i] | bytes[2 * i + 1] << 8, e = h >> 10 & 31, f = h & 1023;
    const size = e === 0 ? f * 2 ** -24 : e === 31 ? (f ? NaN : Infinity) : (1 + f / 1024) * 2 ** (e - 15);
    out[i] = h & 0x8000 ? -size : size;
  }
  return out;
}

function halfOf(x) {
  const size = Math.min(Math.abs(x), 65504);
  const e = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const f = Math.round(size / 2 ** (e - 10)); // 1024 .. 2048; below 2^-14 fewer
  const bits = size < 2 ** -14 ? f : (e + 14 << 10) + f;
  return (x < 0 ? 0x8000 : 0) | bits;
}

// Place of value i (channel, row, column) where values lie pixel by pixel.
function pixelOrder([channels, height, width]) {
  const order = new Int32Array(channels * height * width), area = height * width;
  for (let i = 0; i < order.length; i++) order[i] = i % area * channels + Math.floor(i / area);
  return order;
}

const size = (shape) => shape[0] * shape[1] * shape[2];

// y[o] += sum over i of w[at + o n + i] x[from + i], four sums at a time.
function dots(y, to, rows, w, at, x, from, n) {
  for (let o = 0; o < rows; o++, at += n) {
    let a = 0, b = 0, c = 0, d = 0, i = 0;
    for (; i + 3 < n; i += 4) {
      a += w[at + i] * x[from + i];
      b += w[at + i + 1] * x[from + i + 1];
      c += w[at + i + 2] * x[from + i + 2];
      d += w[at + i + 3] * x[from + i + 3];
    }
    for (; i < n; i++) a += w[at + i] * x[from + i];
    y[to + o] += a + b + (c + d);
  }
}

// The same for w (n, rows): y[o] += sum over i of w[at + i rows + o] x[from + i]. Inputs of 0, of which ReLU makes
// many, cost nothing.
function columns(y, to, rows, w, at, x, from, n) {
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const a = x[from + i], b = x[from + i + 1], c = x[from + i + 2], d = x[from + i + 3];
    const p = at + i * rows, q = p + rows, r = q + rows, s = r + rows;
    if (a !== 0 || b !== 0 || c !== 0 || d !== 0)
      for (let o = 0; o < rows; o++)
        y[to + o] += a * w[p + o] + b * w[q + o] + (c * w[r + o] + d * w[s + o]);
  }
  for (; i < n; i++) {
    const a = x[from + i], p = at + i * rows;
    if (a !== 0) for (let o = 0; o < rows; o++) y[to + o] += a * w[p + o];
  }
}

// For each pixel of a line of n, r times enlarged by the bicubic filter: pixels of the line and their weights.
function cubicWeights(n, r) {
  const cubic = (x) => x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((2.5 - 0.5 * x) * x - 4) * x + 2 : 0;
  return Array.from({length: n * r}, (_, i) => {
    const at = (i + 0.5) / r - 0.5, taps = [];
    for (let k = Math.floor(at) - 1; k <= Math.floor(at) + 2; k++)
      if (k >= 0 && k < n) taps.push([k, cubic(Math.abs(k - at))]);
    const sum = taps.reduce((total, [, w]) => total + w, 0);
    return taps.map(([k, w]) => [k, w / sum]);
  });
}

const operators = {
  Gemm({from, to, weight}, w, bias) {
    const [outputs, inputs] = weight, rows = pixelOrder(to), cols = pixelOrder(from);
    const v = new Float32Array(w.length), b = new Float32Array(outputs);
    for (let o = 0; o < outputs; o++) {
      b[rows[o]] = bias[o];
      for (let i = 0; i < inputs; i++) v[rows[o] * inputs + cols[i]] = w[o * inputs + i];
    }
    return (x, y) => {
      y.set(b);
      dots(y, 0, outputs, v, 0, x, 0, inputs);
    };
  },

  Conv(o, w, bias) { return windows(o, w, bias, false); },
  ConvTranspose(o, w, bias) { return windows(o, w, bias, true); },

  BatchNormalization({to}, scale, shift) {
    const channels = to[0];
    return (x, y) => {
      for (let i = 0; i < y.length; i++) y[i] = scale[i % channels] * x[i] + shift[i % channels];
    };
  },

  Resize({from, to}) {
    const [channels, height, width] = to, down = height / from[1], across = width / from[2];
    return (x, y) => {
      let at = 0;
      for (let r = 0; r < height; r++)
        for (let c = 0; c < width; c++) {
          const source = (Math.floor(r / down) * from[2] + Math.floor(c / across)) * channels;
          for (let k = 0; k < channels; k++) y[at++] = x[source + k];
        }
    };
  },

  DepthToSpace({from, to, blocksize}) {
    const [channels, height, width] = to, r = blocksize[0];
    return (x, y) => {
      let at = 0;
      for (let i = 0; i < height; i++)
        for (let j = 0; j < width; j++) {
          const source = (Math.floor(i / r) * from[2] + Math.floor(j / r)) * from[0] + i % r * r + j % r;
          for (let k = 0; k < channels; k++) y[at++] = x[source + k * r * r];
        }
    };
  },

  AddResized({to, scales}) {
    const [channels, height, width] = to, r = scales[0], down = cubicWeights(height / r, r);
    const across = cubicWeights(width / r, r);
    return (x, y, other) => {
      let at = 0;
      for (const a of down)
        for (const b of across)
          for (let k = 0; k < channels; k++) {
            let sum = x[at];
            for (const [row, v] of a)
              for (const [col, w] of b) sum += v * w * other[(row * width / r + col) * channels + k];
            y[at++] = sum;
          }
    };
  },

  Add: () => (x, y, other) => { for (let i = 0; i < y.length; i++) y[i] = x[i] + other[i]; },

  // y = x, then h: N more values at each pixel, h being LeakyRelu(weight e + bias) and e the sum of the features' rows.
  Condition({from, alpha, embedding}, weight, bias, rows) {
    const channels = from[0], n = embedding[1], h = new Float32Array(n);
    let last = null;
    const join = (features) => {
      const e = new Float32Array(n);
      for (const [index, times] of features)
        for (let i = 0; i < n; i++) e[i] += times * rows[index * n + i];
      h.set(bias);
      dots(h, 0, n, weight, 0, e, 0, n);
      for (let i = 0; i < n; i++) if (h[i] < 0) h[i] *= alpha[0];
      last = features;
    };
    return (x, y, other, features) => {
      if (features !== last) join(features);
      for (let from = 0, to = 0; from < x.length; from += channels, to += channels + n) {
        for (let c = 0; c < channels; c++) y[to + c] = x[from + c];
        y.set(h, to + channels);
      }
    };
  },

  Reshape({from, to}) {
    const a = pixelOrder(from), b = pixelOrder(to);
    return (x, y) => { for (let i = 0; i < a.length; i++) y[b[i]] = x[a[i]]; };
  },

  Relu: () => (x, y) => { for (let i = 0; i < y.length; i++) y[i] = x[i] > 0 ? x[i] : 0; },
  LeakyRelu({alpha}) {
    const slope = alpha[0];
    return (x, y) => { for (let i = 0; i < y.length; i++) y[i] = x[i] > 0 ? x[i] : slope * x[i]; };
  },
  Tanh: () => (x, y) => { for (let i = 0; i < y.length; i++) y[i] = Math.tanh(x[i]); },
  Sigmoid: () => (x, y) => { for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-x[i])); },
};

// A convolution, w (C', C, k, k), or a transposed one, w (C, C', k, k): each input pixel meets each output pixel
// through one place of the kernel, whose weights become (C, C'), or (C', C) where C' is too small for a loop.
function windows({from, to, kernel_shape, strides, pads}, w, bias, transposed) {
  const [inputs, rowsIn, colsIn] = from, [outputs, rowsOut, colsOut] = to;
  const k = kernel_shape[0], stride = strides[0], pad = pads[0], few = outputs < 4, part = inputs * outputs;
  const v = new Float32Array(w.length), product = few ? dots : columns;
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < outputs; o++)
      for (let q = 0; q < k * k; q++)
        v[q * part + (few ? o * inputs + i : i * outputs + o)] =
          w[((transposed ? i * outputs + o : o * inputs + i)) * k * k + q];
  const [rows, cols] = transposed ? [rowsIn, colsIn] : [rowsOut, colsOut]; // the smaller side
  const [most, wide] = transposed ? [rowsOut, colsOut] : [rowsIn, colsIn]; // the one with padding
  return (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = bias[i % outputs];
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++)
        for (let q = 0; q < k * k; q++) {
          const row = r * stride - pad + Math.floor(q / k), col = c * stride - pad + q % k;
          if (row < 0 || col < 0 || row >= most || col >= wide) continue;
          const small = r * cols + c, large = row * wide + col;
          if (transposed) product(y, large * outputs, outputs, v, q * part, x, small * inputs, inputs);
          else product(y, small * outputs, outputs, v, q * part, x, large * inputs, inputs);
        }
  };
}

// The tensors of a net, in their order (report/weights.h). take(sizes, axis): the next one; with an axis, it is packed:
// a scale for each output, which that axis counts, and integers of two digits in base 91.
function openTensors({integers, floats}) {
  const numbers = new Float32Array(bytesOf(floats).buffer), product = (list) => list.reduce((a, b) => a * b, 1);
  const digit = (at) => {
    const c = integers.charCodeAt(at);
    return c - 33 - (c > 34) - (c > 60) - (c > 92);
  };
  let at = 0, used = 0;
  const next = (n) => numbers.subarray(used, used += n);
  return (sizes, axis) => {
    const n = product(sizes);
    if (axis === undefined) return next(n);
    const outputs = sizes[axis], apart = product(sizes.slice(axis + 1)), scales = next(outputs), values = new Float32Array(n);
    for (let i = 0; i < n; i++, at += 2)
      values[i] = (91 * digit(at) + digit(at + 1) - 4140) * scales[Math.floor(i / apart) % outputs];
    return values;
  };
}

// description: the "generator" of a run. Returns (z, features) -> values pixel by pixel, in [-1, 1];
// they are overwritten by the next call. Without a condition, there are no features.
function openNet(description) {
  const take = openTensors(description), names = {Gemm: ['weight', 'bias'], Conv: ['weight', 'bias'],
    ConvTranspose: ['weight', 'bias'], BatchNormalization: ['scale', 'shift'],
    Condition: ['weight', 'bias', 'embedding']};
  const steps = description.operators.map((o) => ({
    run: operators[o.op](o, ...(names[o.op] || []).map((name) => take(o[name], o.packed[name]))),
    y: new Float32Array(size(o.to)),
    added: o.added, // it adds the result of so many first steps
  }));
  const last = description.operators[description.operators.length - 1].to;
  if (String(last) !== String(description.shape)) // a linear layer at the end gives values without a shape
    steps.push({run: operators.Reshape({from: last, to: description.shape}), y: new Float32Array(size(last))});
  return (z, features) => {
    let x = z;
    for (const s of steps) {
      s.run(x, s.y, s.added ? steps[s.added - 1].y : z, features);
      x = s.y;
    }
    return x;
  };
}

// The byte of a pixel, as `gan sample` rounds it.
function byteOf(x) {
  return Math.min(255, Math.max(0, Math.round((x + 1) * 127.5)));
}
