/* cli/ask.c - a question to a terminal, and the answer before anyone else reads it.
 *
 * The answer comes as if it were typed, so the terminal must hand out bytes at once and not echo
 * them. Nothing is read beyond the answer. A key that is pressed between question and answer cannot
 * be put back: it is lost.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/ask.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/system.h"

#include "base/banned.h"

static bool is_foreground(int fd)
{
    pid_t group = tcgetpgrp(fd);
    return group >= 0 && group == getpgrp();
}

static bool can_read(int tty, double seconds)
{
    struct pollfd p = { .fd = tty, .events = POLLIN };
    return seconds >= 0 && poll(&p, 1, (int)(seconds * 1000)) == 1 && (p.revents & POLLIN);
}

static announced_answer read_answer(int tty)
{
    announced_answer a = { 0 };
    double end = system_seconds() + ASK_SECONDS;
    unsigned char byte;
    while (!a.complete && can_read(tty, end - system_seconds()) && read(tty, &byte, 1) == 1)
        announced_read(&a, byte);
    return a;
}

/* Signals wait: one of them might end or stop the process while the terminal is not as it was. */
static announced_answer ask(int tty, const char *question)
{
    announced_answer a = { 0 };
    struct termios before, now;
    if (tcgetattr(tty, &before) != 0)
        return a;
    now = before;
    now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    now.c_cc[VMIN] = 0;
    now.c_cc[VTIME] = 0;
    if (tcsetattr(tty, TCSANOW, &now) != 0)
        return a;
    size_t n = strlen(question);
    if (!can_read(tty, 0) && write(tty, question, n) == (ssize_t)n)
        a = read_answer(tty);
    tcsetattr(tty, TCSANOW, &before);
    return a;
}

announced_answer ask_terminal(int fd, const char *question)
{
    announced_answer a = { 0 };
    sigset_t all, before;
    int tty = is_foreground(fd) ? file_open("/dev/tty", O_RDWR | O_NOCTTY) : -1;
    if (tty < 0)
        return a;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    if (is_foreground(fd))
        a = ask(tty, question);
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(tty);
    return a;
}
