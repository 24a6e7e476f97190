/* cli/main.c - the program: finds the command, runs it, reports errors.
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
#include "cli/command.h"
#include "cli/help.h"
#include "cli/lines.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "format/bitmap.h"

#include "base/banned.h"

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

static status run_command(const command *c, const char *program, int argc, char **argv,
                          arguments *a)
{
    bool help = false;
    TRY(parse_arguments(c, program, argc, argv, a, &help));
    if (help) {
        help_command_text(c, program, stdout);
        return STATUS_OK;
    }
    return c->run(a);
}

/* The second line is about what a build may lack. */
static status print_version(void)
{
    text read = { 0 }, missing = { 0 };
    bitmap_add_formats(&read);
    bitmap_add_missing(&missing);
    status s = text_check(&read);
    if (s == STATUS_OK) {
        printf("gan %s\n", GAN_VERSION);
        printf("pictures: %s\n", read.data);
        if (missing.length > 0)
            printf("built without the libraries for: %s\n", missing.data);
    }
    text_free(&read);
    text_free(&missing);
    return s;
}

/* Handles the words before any command: gan --help, gan --version, gan alone. */
static status run_words(const char *program, int argc, char **argv, arguments *a)
{
    const command *c = NULL;
    if (argc < 2) {
        help_overview(program, stderr);
        return status_fail(STATUS_USAGE, "expected a command, such as \"%s train\"", program);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help_overview(program, stdout);
        return STATUS_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return print_version();
    TRY(command_find(argv[1], program, &c));
    assert(c);
    return run_command(c, program, argc - 1, argv + 1, a);
}

/* Reserves the numbers of closed standard streams: otherwise the next file opened would take one,
 * and messages would be written into that file. The replacement fails where the closed stream
 * would: standard input cannot be read, the others cannot be written. */
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
    /* At the limit of a file's size (ulimit -f), write fails instead of the process. */
    signal(SIGXFSZ, SIG_IGN);
    terminal_clear_on_signals();
    text program = { 0 };
    lines_add_shell_word(&program, argc > 0 && argv[0][0] != 0 ? argv[0] : "gan");
    status s = run_words(program.data ? program.data : "gan", argc, argv, &a);
    /* The output may still be in the buffer, and the disk full. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && s == STATUS_OK)
        s = status_fail_errno(STATUS_IO, errno, "standard output: cannot write");
    if (s != STATUS_OK && s != STATUS_INTERRUPTED && !a.is_said)
        terminal_message(MESSAGE_ERROR, status_message());
    int code = exit_code(s, &a);
    parse_free(&a);
    text_free(&program);
    return code;
}
