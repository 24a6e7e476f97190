/* cli/main.c - the program: finds the command, runs it, says what went wrong.
 *
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/parse.h"

#include "base/banned.h"

static const command *const commands[] = {
    &train_command, &sample_command, &eval_command,     &data_command,
    &info_command,  &bench_command,  &selftest_command, &help_command,
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

const command *command_nth(int i)
{
    return i < COMMAND_COUNT ? commands[i] : NULL;
}

/* The words that stand in a command's place: gan --help. */
static const char *const global_options[] = { "--help", "--version" };

status command_find(const char *name, const command **found)
{
    const char *names[COMMAND_COUNT];
    for (int i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i]->name;
        if (strcmp(name, names[i]) == 0) {
            *found = commands[i];
            return STATUS_OK;
        }
    }
    bool option = name[0] == '-';
    const char *near = option ? text_nearest(name, global_options, 2, sizeof *global_options)
                              : text_nearest(name, names, COMMAND_COUNT, sizeof *names);
    return status_fail(STATUS_USAGE, "unknown %s \"%s\"%s%s%s; see gan help",
                       option ? "option" : "command", name, near ? ", did you mean " : "",
                       near ? near : "", near ? "?" : "");
}

static int exit_code(status s, const arguments *a)
{
    switch (s) {
    case STATUS_OK:
        return EXIT_OK;
    case STATUS_USAGE:
        return EXIT_USAGE;
    case STATUS_INTERRUPTED:
        return EXIT_SIGNAL + a->signal;
    default:
        return EXIT_FAILED;
    }
}

static status run_command(const command *c, int argc, char **argv, arguments *a)
{
    bool help = false;
    TRY(parse_arguments(c, argc, argv, a, &help));
    if (help) {
        help_command_text(c, stdout);
        return STATUS_OK;
    }
    return c->run(a);
}

/* The words before any command: gan --help, gan --version, gan alone. */
static status run_words(int argc, char **argv, arguments *a)
{
    const command *c = NULL;
    if (argc < 2) {
        help_overview(stderr);
        return status_fail(STATUS_USAGE, "expected a command, as \"gan train\"");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help_overview(stdout);
        return STATUS_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("gan %s\n", GAN_VERSION);
        return STATUS_OK;
    }
    TRY(command_find(argv[1], &c));
    assert(c);
    return run_command(c, argc - 1, argv + 1, a);
}

/* A standard stream that is closed keeps its number: else the next file that is opened would have
 * it, and messages would be written into that. What takes its place refuses what the stream is for,
 * as the closed one would. */
static bool hold_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            file_open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    arguments a = { 0 };
    if (!hold_standard_streams())
        return EXIT_FAILED;
    /* A file that may not grow further (ulimit -f) is an error of write, not the end. */
    signal(SIGXFSZ, SIG_IGN);
    status s = run_words(argc, argv, &a);
    /* What was printed may still be in the buffer, and the disk behind it full. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && s == STATUS_OK)
        s = status_fail_errno(STATUS_IO, errno, "standard output: cannot write");
    if (s != STATUS_OK && s != STATUS_INTERRUPTED)
        fprintf(stderr, "gan: %s\n", status_message());
    int code = exit_code(s, &a);
    parse_free(&a);
    return code;
}
