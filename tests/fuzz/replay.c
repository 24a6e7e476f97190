/* tests/fuzz/replay.c - runs a target on the named inputs: files, or folders of files.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "base/file.h"
#include "data/tree.h"

static void replay_file(const char *path)
{
    unsigned char *bytes;
    size_t n;
    CHECK(file_read(path, 1 << 26, &bytes, &n) == STATUS_OK);
    uint8_t *exact = malloc(n > 0 ? n : 1);
    CHECK(exact);
    memcpy(exact, bytes, n);
    free(bytes);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static int replay_folder(const char *path)
{
    tree t;
    CHECK(tree_list(&t, path) == STATUS_OK);
    int count = (int)t.count;
    for (int i = 0; i < count; i++) {
        char *name;
        CHECK(path_join(&name, path, t.files[i].name) == STATUS_OK);
        replay_file(name);
        free(name);
    }
    tree_free(&t);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        if (file_is_folder(argv[i])) {
            count += replay_folder(argv[i]);
        } else {
            replay_file(argv[i]);
            count++;
        }
    }
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
