/* tests/fault/replay.c - generates and checks the states that a power loss may leave of a recorded
 * run.
 *
 *     replay RECORD [-i sync|names] [-o FOLDER] [-s STRIDE]
 *
 * RECORD was written by preload.c for a run that began without files. The model is what POSIX
 * allows, which is more than file systems such as ext4 do:
 *
 *  - The power may fail after each of the recorded calls.
 *  - The bytes written to a file are durable after an fsync of that file. Until then the file may
 *    contain them, end anywhere before them, or have zeros in place of any of their blocks of 4096
 *    bytes.
 *  - Names of files and folders (created, renamed, deleted) are durable after an fsync of their
 *    folder. Until then each of these changes may be there or not, in any combination, whether or
 *    not the file's bytes are there.
 *
 * In every such state, each file that is replaced by rename must be complete, the old one or the
 * new one, and must be the new one after the program has gone on to other files. -i ignores the
 * fsyncs of files or of folders: then the check has to fail. -o writes every STRIDE-th of the
 * distinct states into its own folder, for runs to resume from.
 *
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef enum kind { CREATE, WRITE, SYNC, RENAME, UNLINK, MKDIR } kind;

static const char *const kind_names[] = { "create", "write", "sync", "rename", "unlink", "mkdir" };
enum { KINDS = sizeof kind_names / sizeof *kind_names };

typedef struct operation {
    kind kind;
    char *path, *to;
    unsigned char *bytes; /* of a write */
    size_t from, length;  /* its place in the file */
    int inode;            /* of the file; -1: a folder */
} operation;

enum { MOST_OPERATIONS = 4096, MOST_NAMES = 256, MOST_INODES = 1024, BLOCK = 4096 };

static operation operations[MOST_OPERATIONS];
static int count;

/* A tree: names and their inodes. */
typedef struct entry {
    const char *path;
    int inode; /* -1: a folder */
} entry;

typedef struct tree {
    entry entries[MOST_NAMES];
    int count;
} tree;

/* The bytes of a file after a power loss. */
typedef struct content {
    unsigned char *bytes;
    size_t length;
} content;

static bool without_sync, without_names;
static long states, distinct, bad;
static uint64_t seen[1 << 20]; /* hashes of states; 0: free */

static void need(bool condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "replay: %s\n", what);
        exit(2);
    }
}

/* ---- trees ---- */

static entry *find(tree *t, const char *path)
{
    for (int i = 0; i < t->count; i++)
        if (strcmp(t->entries[i].path, path) == 0)
            return &t->entries[i];
    return NULL;
}

static void forget(tree *t, const char *path)
{
    entry *e = find(t, path);
    if (e)
        *e = t->entries[--t->count];
}

static void set(tree *t, const char *path, int inode)
{
    entry *e = find(t, path);
    if (!e) {
        need(t->count < MOST_NAMES, "too many names");
        e = &t->entries[t->count++];
    }
    *e = (entry){ path, inode };
}

static void apply(tree *t, const operation *o)
{
    switch (o->kind) {
    case CREATE:
    case MKDIR:
        set(t, o->path, o->inode);
        break;
    case UNLINK:
        forget(t, o->path);
        break;
    case RENAME: {
        entry *old = find(t, o->path);
        if (old && old->inode == o->inode)
            forget(t, o->path);
        set(t, o->to, o->inode);
        break;
    }
    default:
        break;
    }
}

static bool changes_names(const operation *o)
{
    return o->kind == CREATE || o->kind == RENAME || o->kind == UNLINK || o->kind == MKDIR;
}

/* Whether `path` is in the folder. */
static bool lies_in(const char *path, const char *folder)
{
    const char *slash = strrchr(path, '/');
    return slash && strlen(folder) == (size_t)(slash - path) &&
           strncmp(path, folder, strlen(folder)) == 0;
}

/* ---- reading the record ---- */

static kind kind_of(const char *word)
{
    for (int i = 0; i < KINDS; i++)
        if (strcmp(word, kind_names[i]) == 0)
            return (kind)i;
    need(false, "unknown word in the record");
    return CREATE;
}

static void read_record(const char *path)
{
    static char line[2 * PATH_MAX], word[16], one[PATH_MAX], two[PATH_MAX];
    static size_t lengths[MOST_INODES];
    tree now = { .count = 0 };
    int inodes = 0;
    FILE *f = fopen(path, "re");
    need(f, "cannot open the record");
    while (fgets(line, sizeof line, f)) {
        two[0] = 0;
        need(sscanf(line, "%15s %4095s %4095s", word, one, two) >= 2, "not a line of a record");
        need(count < MOST_OPERATIONS, "too many operations");
        operation *o = &operations[count++];
        *o = (operation){ .kind = kind_of(word), .path = strdup(one), .to = strdup(two) };
        if (o->kind == CREATE)
            need((o->inode = inodes++) < MOST_INODES, "too many files");
        else if (o->kind == MKDIR)
            o->inode = -1;
        else
            o->inode = find(&now, one) ? find(&now, one)->inode : -1;
        if (o->kind == WRITE) {
            need(o->inode >= 0, "a write to no file");
            o->length = strtoul(two, NULL, 10);
            o->bytes = malloc(o->length);
            o->from = lengths[o->inode];
            lengths[o->inode] += o->length;
            need(o->bytes && fread(o->bytes, 1, o->length, f) == o->length, "a cut write");
            need(fgetc(f) == '\n', "no end of a write");
        }
        apply(&now, o);
    }
    fclose(f);
}

/* ---- durable state after the first n operations ---- */

static bool name_is_sure(int i, int n)
{
    const char *path = operations[i].kind == RENAME ? operations[i].to : operations[i].path;
    for (int k = i + 1; k < n && !without_names; k++)
        if (operations[k].kind == SYNC && operations[k].inode < 0 &&
            lies_in(path, operations[k].path))
            return true;
    return false;
}

static size_t sure_length(int inode, int n)
{
    size_t length = 0, sure = 0;
    for (int k = 0; k < n; k++) {
        const operation *o = &operations[k];
        if (o->kind == WRITE && o->inode == inode)
            length = o->from + o->length;
        if (o->kind == SYNC && o->inode == inode && !without_sync)
            sure = length;
    }
    return sure;
}

static content whole_content(int inode, int n)
{
    content c = { malloc(1), 0 };
    for (int k = 0; k < n; k++) {
        const operation *o = &operations[k];
        if (o->kind != WRITE || o->inode != inode)
            continue;
        c.length = o->from + o->length;
        c.bytes = realloc(c.bytes, c.length + 1);
        need(c.bytes, "out of memory");
        memcpy(c.bytes + o->from, o->bytes, o->length);
    }
    return c;
}

/* The variants of bytes that are not durable: 0 all of them, then cuts, then zeros for blocks. */
static const double cuts[] = { 0, 0.0001, 0.3, 0.5, 0.999 };
enum { CUTS = sizeof cuts / sizeof *cuts, MOST_BLOCKS = 5 };

static int block_count(size_t sure, size_t length)
{
    size_t blocks = (length - sure + BLOCK - 1) / BLOCK;
    return blocks < MOST_BLOCKS ? (int)blocks : MOST_BLOCKS;
}

static int variant_count(size_t sure, size_t length)
{
    return sure == length ? 1 : CUTS + (1 << block_count(sure, length));
}

static content varied(int inode, int n, int variant)
{
    content c = whole_content(inode, n);
    size_t sure = sure_length(inode, n);
    if (variant > 0 && variant <= CUTS) {
        c.length = sure + (size_t)((double)(c.length - sure) * cuts[variant - 1]);
    } else if (variant > CUTS) {
        /* If there are too many blocks to try one by one, they form groups. */
        int set_of = variant - CUTS, groups = block_count(sure, c.length);
        for (size_t at = sure, i = 0; at < c.length; at += BLOCK, i++)
            if (set_of >> (i % (size_t)groups) & 1)
                memset(c.bytes + at, 0, c.length - at < BLOCK ? c.length - at : BLOCK);
    }
    return c;
}

/* ---- checking a state ---- */

/* Whether the program went on to another file after operation i and before n, and so relies on i.
 */
static bool is_promised(int i, int n)
{
    for (int k = i + 1; k < n; k++)
        if (operations[k].kind != SYNC)
            return true;
    return false;
}

static bool same_content(content a, content b)
{
    return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

static void complain(int n, const char *path, const char *what)
{
    if (bad++ < 5)
        fprintf(stderr, "after %d operations (%s %s): %s %s\n", n,
                n > 0 ? kind_names[operations[n - 1].kind] : "-",
                n > 0 ? operations[n - 1].path : "-", path, what);
    if (without_sync || without_names)
        exit(1); /* one is enough */
}

/* Checks that a file that is replaced by rename is one of its versions, from the last one that the
 * program relies on. */
static void check_file(int n, const char *path, const entry *e, const content *found)
{
    bool right = !e;
    for (int i = 0; i < n; i++) {
        const operation *o = &operations[i];
        if (o->kind == UNLINK && strcmp(o->path, path) == 0)
            right = right || !e;
        if (o->kind != RENAME || strcmp(o->to, path) != 0)
            continue;
        if (is_promised(i, n))
            right = false;
        content version = whole_content(o->inode, i);
        right = right || (e && same_content(version, *found));
        free(version.bytes);
    }
    if (!right)
        complain(n, path, e ? "is neither the old file nor the new one" : "is lost");
}

/* A name is visible if the folders above it exist. */
static bool is_seen(tree *t, const char *path)
{
    char above[PATH_MAX];
    snprintf(above, sizeof above, "%s", path);
    for (char *slash; (slash = strrchr(above, '/')) && slash != above;) {
        *slash = 0;
        for (int i = 0; i < count; i++)
            if (operations[i].kind == MKDIR && strcmp(operations[i].path, above) == 0 &&
                !find(t, above))
                return false;
    }
    return true;
}

static void check_state(int n, tree *t, const content *contents)
{
    for (int i = 0; i < n; i++) {
        const operation *o = &operations[i];
        bool first = o->kind == RENAME;
        for (int k = 0; k < i && first; k++)
            first = operations[k].kind != RENAME || strcmp(operations[k].to, o->to) != 0;
        if (!first)
            continue;
        entry *e = is_seen(t, o->to) ? find(t, o->to) : NULL;
        check_file(n, o->to, e, e ? &contents[e - t->entries] : NULL);
    }
}

/* ---- writing a state ---- */

static uint64_t mixed(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ b[i]) * 0x100000001b3;
    return hash;
}

static bool is_new(tree *t, const content *contents)
{
    uint64_t sum = 1;
    for (int i = 0; i < t->count; i++)
        if (is_seen(t, t->entries[i].path)) {
            uint64_t one =
                mixed(0xcbf29ce484222325, t->entries[i].path, strlen(t->entries[i].path) + 1);
            sum += mixed(one, contents[i].bytes, contents[i].length);
        }
    size_t at = (size_t)(sum * 0x9e3779b97f4a7c15 >> 44);
    while (seen[at] != 0 && seen[at] != sum)
        at = (at + 1) % (sizeof seen / sizeof *seen);
    bool result = seen[at] == 0;
    seen[at] = sum;
    return result;
}

/* Writes the state into a numbered folder below `folder`; paths lose the part above the record's
 * own folder. */
static void write_state(tree *t, const content *contents, const char *folder, const char *above)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/%06ld", folder, distinct);
    need(mkdir(path, 0777) == 0, "cannot make the folder of a state");
    for (int folders = 1; folders >= 0; folders--)
        for (int length = 0; length < PATH_MAX && (folders || length == 0); length++)
            for (int i = 0; i < t->count; i++) {
                const entry *e = &t->entries[i];
                if ((e->inode < 0) != folders || !is_seen(t, e->path) ||
                    (folders && strlen(e->path) != (size_t)length))
                    continue;
                snprintf(path, sizeof path, "%s/%06ld%s", folder, distinct,
                         e->path + strlen(above));
                if (folders) {
                    need(mkdir(path, 0777) == 0, "cannot make a folder of a state");
                    continue;
                }
                FILE *f = fopen(path, "we");
                need(f &&
                         fwrite(contents[i].bytes, 1, contents[i].length, f) ==
                             contents[i].length &&
                         fclose(f) == 0,
                     "cannot write a state");
            }
}

/* ---- all states ---- */

typedef struct output {
    const char *folder; /* NULL: no state is written */
    const char *above;
    long stride;
} output;

static void visit(int n, tree *t, content *contents, const output *out)
{
    states++;
    check_state(n, t, contents);
    if (!is_new(t, contents))
        return;
    if (out->folder && distinct % out->stride == 0)
        write_state(t, contents, out->folder, out->above);
    distinct++;
}

/* Visits every combination of variants of up to `left` files whose bytes are not durable. Without
 * any fsyncs there would be too many files. */
static void visit_contents(int n, tree *t, content *contents, int i, int left, const output *out)
{
    if (i == t->count) {
        visit(n, t, contents, out);
        return;
    }
    int inode = t->entries[i].inode;
    contents[i] = (content){ NULL, 0 };
    if (inode < 0) {
        visit_contents(n, t, contents, i + 1, left, out);
        return;
    }
    content all = whole_content(inode, n);
    int variants = variant_count(sure_length(inode, n), all.length);
    free(all.bytes);
    need(left > 0 || variants == 1 || without_sync,
         "more files wait for an fsync than can be tried");
    variants = left > 0 ? variants : 1;
    left -= variants > 1;
    for (int v = 0; v < variants; v++) {
        contents[i] = varied(inode, n, v);
        visit_contents(n, t, contents, i + 1, left, out);
        free(contents[i].bytes);
    }
}

static void visit_prefix(int n, const output *out)
{
    int pending[16], pendings = 0;
    static content contents[MOST_NAMES];
    for (int i = 0; i < n; i++)
        if (changes_names(&operations[i]) && !name_is_sure(i, n) && pendings < 16)
            pending[pendings++] = i;
    /* Without the folders' fsyncs there are too many: the last ones are enough. */
    int tried = pendings < 6 ? pendings : 6;
    need(pendings <= 6 || without_names, "more names wait for an fsync than can be tried");
    for (int chosen = 0; chosen < 1 << tried; chosen++) {
        tree t = { .count = 0 };
        for (int i = 0, p = 0; i < n; i++) {
            bool waits = p < tried && pending[p] == i;
            if (changes_names(&operations[i]) && (!waits || (chosen >> p & 1)))
                apply(&t, &operations[i]);
            p += waits;
        }
        visit_contents(n, &t, contents, 0, without_sync ? 1 : 3, out);
    }
}

int main(int argc, char **argv)
{
    output out = { .stride = 1 };
    char above[PATH_MAX];
    for (int c; (c = getopt(argc, argv, "i:o:s:")) != -1;) {
        need(c != '?', "usage: replay RECORD [-i sync|names] [-o FOLDER] [-s STRIDE]");
        if (c == 'i' && strcmp(optarg, "sync") == 0)
            without_sync = true;
        else if (c == 'i')
            without_names = true;
        else if (c == 'o')
            out.folder = optarg;
        else
            out.stride = strtol(optarg, NULL, 10);
    }
    need(optind + 1 == argc, "expected one record");
    read_record(argv[optind]);
    need(getcwd(above, sizeof above), "no folder");
    out.above = above;
    for (int n = 0; n <= count; n++)
        visit_prefix(n, &out);
    printf("%d operations, %ld states, %ld of them distinct, %ld wrong\n", count, states, distinct,
           bad);
    return bad > 0;
}
