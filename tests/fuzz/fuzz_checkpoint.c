/* tests/fuzz/fuzz_checkpoint.c - checkpoints.
 *
 * A checkpoint that is read is written again as the same bytes. Reading takes memory for the header
 * and the tables of the nets, and for tensors only if the file contains them.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include <zlib.h>

#include "base/bytes.h"
#include "format/safetensors.h"
#include "game/saved.h"

enum { SMALL = 1 << 20 };

/* Memory for the tables of three nets of up to 256 layers and their expected header, for the file's
 * header, and for its strings. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 3 << 18, 2 };
}

/* Only checks the tensors; returns whether they are valid, and the memory that training takes. */
static int look(const char *path, size_t *takes)
{
    checkpoint f;
    model m;
    arena a = { 0 };
    status s = model_open_file(&m, &f, path);
    if (s == STATUS_OK) {
        s = model_read(&m, &f);
        model_plan(&m, &a, MODEL_TRAINS);
        CHECK(!a.overflow);
        *takes = a.used;
        model_close(&m);
    }
    checkpoint_close(&f);
    return s == STATUS_OK;
}

static void check_again(const char *path)
{
    checkpoint f;
    model m;
    arena a = { 0 };
    uint32_t crc = 0;
    CHECK(model_open_file(&m, &f, path) == STATUS_OK);
    CHECK(model_open_memory(&m, &a, MODEL_TRAINS) == STATUS_OK);
    CHECK(model_read(&m, &f) == STATUS_OK);
    CHECK(model_crc(&m, &crc) == STATUS_OK && crc == f.file.expected);
    checkpoint_close(&f);
    model_close(&m);
    arena_close(&a);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    const char *path = fuzz_file(bytes, n);
    size_t takes = 0;
    if (!look(path, &takes) || takes > SMALL)
        return;
    fuzz_count_memory(0);
    check_again(path);
}

#ifdef FUZZ_CHANGES

static void repair_checksum(uint8_t *bytes, size_t n)
{
    char *header = (char *)bytes + SAFETENSORS_LENGTH;
    if (n < SAFETENSORS_LENGTH + SAFETENSORS_CRC_AT + SAFETENSORS_CRC_DIGITS)
        return;
    safetensors_put_crc(header, 0);
    safetensors_put_crc(header, (uint32_t)crc32_z(0, bytes, n));
}

/* Changes only the header, and corrects its length and padding. */
static size_t change_header(uint8_t *bytes, size_t n, size_t most)
{
    static uint8_t header[SAFETENSORS_LONGEST], tensors[SAFETENSORS_LONGEST];
    size_t old = n < SAFETENSORS_LENGTH ? 0 : bytes_get(bytes, SAFETENSORS_LENGTH);
    if (old == 0 || old > n - SAFETENSORS_LENGTH || most > sizeof header ||
        n + 2 * SAFETENSORS_ALIGNMENT > most)
        return LLVMFuzzerMutate(bytes, n, most);
    size_t before = SAFETENSORS_LENGTH + old;
    memcpy(header, bytes + SAFETENSORS_LENGTH, old);
    memcpy(tensors, bytes + before, n - before);
    size_t length = LLVMFuzzerMutate(header, old, old + most - n - SAFETENSORS_ALIGNMENT);
    while (length > 0 && header[length - 1] == ' ')
        length--;
    while ((SAFETENSORS_LENGTH + length) % SAFETENSORS_ALIGNMENT != 0)
        header[length++] = ' ';
    bytes_put(bytes, length, SAFETENSORS_LENGTH);
    memcpy(bytes + SAFETENSORS_LENGTH, header, length);
    memcpy(bytes + SAFETENSORS_LENGTH + length, tensors, n - before);
    return SAFETENSORS_LENGTH + length + n - before;
}

/* Half of the changed files get a correct checksum. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t most, unsigned seed)
{
    n = seed / 2 % 2 == 0 ? change_header(bytes, n, most) : LLVMFuzzerMutate(bytes, n, most);
    if (seed % 2 == 0)
        repair_checksum(bytes, n);
    return n;
}

#endif
