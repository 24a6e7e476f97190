/* export/c_encoder.c - texts as conditions, as C99 source.
 *
 * A word is where it stands in the text, whose characters are read again wherever their bytes are
 * needed: so texts of any length need no memory.
 *
 * SPDX-License-Identifier: MIT */
#include "export/c_encoder.h"

#include "export/c_functions.h"

#include "base/banned.h"

/* FNV-1a, as nn/encode.c has it. */
uint32_t c_word_hash(const char *word)
{
    uint32_t hash = 2166136261U;
    for (const char *at = "w:"; *at != 0; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619U;
    for (; *word != 0; word++)
        hash = (hash ^ (unsigned char)*word) * 16777619U;
    return hash;
}

static const c_function embed = {
    .source =
        "/* e (n) += weight times the row `index` of an embedding (V, n). */\n"
        "static void generate_embed(float *e, int n, int index, float weight,\n"
        "                           const generate_weight *embedding@(, const float *scale))\n"
        "{\n"
        "    for (int i = 0; i < n; i++)\n"
        "        e[i] += weight * @(scale[index] * )(float)embedding[index * n + i];\n"
        "}\n"
};

void c_add_embed(text *t, bool int8)
{
    c_function_add(t, &embed, int8);
    text_add(t, "\n");
}

static const char reading[] =
    "/* A character of a text: what it is in a word, and the UTF-8 of the one for which it stands. "
    "*/\n"
    "typedef struct generate_letter {\n"
    "    char bytes[4];\n"
    "    int length, taken, part; /* of bytes; of the text: 0 at its end; as in generate_letters "
    "*/\n"
    "} generate_letter;\n"
    "\n"
    "static generate_letter generate_read(const char *s)\n"
    "{\n"
    "    generate_letter l = { { 0, 0, 0, 0 }, 0, 0, 0 };\n"
    "    unsigned code = (unsigned char)*s;\n"
    "    int more = code >= 0xf0 ? 3 : code >= 0xe0 ? 2 : code >= 0xc0 ? 1 : 0;\n"
    "    int low = 0, high = GENERATE_LETTERS;\n"
    "    l.taken = code != 0;\n"
    "    code = more > 0 ? code & 0x3fu >> more : code;\n"
    "    for (; more > 0 && (s[l.taken] & 0xc0) == 0x80; more--)\n"
    "        code = code << 6 | (s[l.taken++] & 0x3fu);\n"
    "    while (low < high) {\n"
    "        int middle = low + (high - low) / 2;\n"
    "        if (generate_letters[middle][0] < code)\n"
    "            low = middle + 1;\n"
    "        else\n"
    "            high = middle;\n"
    "    }\n"
    "    if (low == GENERATE_LETTERS || generate_letters[low][0] != code)\n"
    "        return l;\n"
    "    code = generate_letters[low][1];\n"
    "    l.part = (int)generate_letters[low][2];\n"
    "    l.length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;\n"
    "    for (int i = l.length - 1; i > 0; i--, code >>= 6)\n"
    "        l.bytes[i] = (char)(0x80 | (code & 0x3f));\n"
    "    l.bytes[0] = (char)(l.length == 1 ? code : ((0xf00u >> l.length) & 0xff) | code);\n"
    "    return l;\n"
    "}\n"
    "\n"
    "/* Moves to the next word; returns its length in the text, 0 at the end. */\n"
    "static int generate_word(const char **word)\n"
    "{\n"
    "    const char *s = *word;\n"
    "    generate_letter l = generate_read(s);\n"
    "    int whole;\n"
    "    while (l.taken > 0 && l.part != 1 && l.part != 4) {\n"
    "        s += l.taken;\n"
    "        l = generate_read(s);\n"
    "    }\n"
    "    *word = s;\n"
    "    whole = l.part == 4;\n"
    "    while (l.taken > 0) {\n"
    "        s += l.taken;\n"
    "        l = generate_read(s);\n"
    "        if (l.part == 2 || (l.part == 1 && !whole))\n"
    "            continue;\n"
    "        if (l.part != 3 || whole || generate_read(s + l.taken).part != 1)\n"
    "            break;\n"
    "    }\n"
    "    return (int)(s - *word);\n"
    "}\n"
    "\n";

static const char hashing[] =
    "/* FNV-1a, 32 bits, of n bytes. */\n"
    "static unsigned generate_hash(unsigned hash, const char *bytes, int n)\n"
    "{\n"
    "    for (int i = 0; i < n; i++)\n"
    "        hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;\n"
    "    return hash;\n"
    "}\n"
    "\n"
    "static unsigned generate_hash_word(unsigned hash, const char *word, int n)\n"
    "{\n"
    "    for (int i = 0; i < n;) {\n"
    "        const generate_letter l = generate_read(word + i);\n"
    "        hash = generate_hash(hash, l.bytes, l.length);\n"
    "        i += l.taken;\n"
    "    }\n"
    "    return hash;\n"
    "}\n"
    "\n"
    "static int generate_knows(unsigned hash)\n"
    "{\n"
    "    int low = 0, high = GENERATE_WORDS;\n"
    "    while (low < high) {\n"
    "        int middle = low + (high - low) / 2;\n"
    "        if (generate_words[middle] < hash)\n"
    "            low = middle + 1;\n"
    "        else\n"
    "            high = middle;\n"
    "    }\n"
    "    return low < GENERATE_WORDS && generate_words[low] == hash;\n"
    "}\n"
    "\n";

static const char encoding[] =
    "/* Adds a feature; returns the square of its weight. */\n"
    "static float generate_take(unsigned hash, float weight)\n"
    "{\n"
    "    generate_feature((int)((hash ^ hash >> 16) & (GENERATE_FEATURES - 1u)), weight);\n"
    "    return weight * weight;\n"
    "}\n"
    "\n"
    "static float generate_take_pair(const char *first, int n, const char *second, int m)\n"
    "{\n"
    "    unsigned hash = generate_hash_word(generate_hash(2166136261u, \"p:\", 2), first, n);\n"
    "    return generate_take(generate_hash_word(generate_hash(hash, \" \", 1), second, m), 0.5f);\n"
    "}\n"
    "\n"
    "/* Each three letters of \"<word>\". */\n"
    "static float generate_take_letters(const char *word, int n)\n"
    "{\n"
    "    generate_letter a = { { '<', 0, 0, 0 }, 1, 0, 0 }, b = generate_read(word), c;\n"
    "    int letters = 0, i = 0;\n"
    "    float square = 0;\n"
    "    for (; i < n; letters++)\n"
    "        i += generate_read(word + i).taken;\n"
    "    for (i = b.taken; a.length > 0; i += c.taken) {\n"
    "        unsigned hash = generate_hash(2166136261u, \"l:\", 2);\n"
    "        const generate_letter end = { { '>', 0, 0, 0 }, 1, 1, 0 };\n"
    "        c = i < n ? generate_read(word + i) : end;\n"
    "        hash = generate_hash(generate_hash(hash, a.bytes, a.length), b.bytes, b.length);\n"
    "        square += generate_take(generate_hash(hash, c.bytes, c.length),\n"
    "                                1 / sqrtf((float)letters));\n"
    "        a = b;\n"
    "        b = c;\n"
    "        if (i >= n)\n"
    "            break;\n"
    "    }\n"
    "    return square;\n"
    "}\n"
    "\n"
    "/* Fills generate_e; returns 0 if the text has no word. */\n"
    "static int generate_encode(const char *text)\n"
    "{\n"
    "    const char *before = text;\n"
    "    int length = 0, n, words = 0;\n"
    "    float square = 0;\n"
    "    for (int i = 0; i < GENERATE_CONDITION; i++)\n"
    "        generate_e[i] = 0;\n"
    "    for (; (n = generate_word(&text)) > 0; text += n) {\n"
    "        unsigned hash = generate_hash_word(generate_hash(2166136261u, \"w:\", 2), text, n);\n"
    "        words++;\n"
    "        square += generate_take_letters(text, n);\n"
    "        if (!generate_knows(hash))\n"
    "            continue;\n"
    "        square += generate_take(hash, 1);\n"
    "        square += generate_take_pair(before, length, text, n);\n"
    "        before = text;\n"
    "        length = n;\n"
    "    }\n"
    "    if (length > 0)\n"
    "        square += generate_take_pair(before, length, \"\", 0);\n"
    "    for (int i = 0; i < GENERATE_CONDITION; i++)\n"
    "        generate_e[i] /= words > 0 ? sqrtf(square) : 1;\n"
    "    return words > 0;\n"
    "}\n";

void c_add_encoder(text *t)
{
    text_add(t, "%s%s%s", reading, hashing, encoding);
}
