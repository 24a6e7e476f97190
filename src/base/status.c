/* base/status.c - the codes' names and the thread's last message.
 *
 * SPDX-License-Identifier: MIT */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "base/utf8.h"

#include "base/banned.h"

/* The only mutable object that is not passed around: like errno, it spares every signature an
 * argument, and each thread has its own. */
static _Thread_local char message[1024] = "no error";

/* Names and values come from outside, so both texts are kept in the form that is safe on a
 * terminal. If they do not fit, the end of the first is cut rather than the tail, which says what
 * is wrong. */
static void keep_texts(const char *front, const char *tail)
{
    size_t room = sizeof message - size_min(strlen(tail), sizeof message / 2);
    size_t used = utf8_show(message, room, front);
    utf8_show(message + used, sizeof message - used, tail);
}

__attribute__((format(printf, 1, 0))) static void keep(const char *format, va_list args,
                                                       const char *tail)
{
    char front[sizeof message + 8]; /* more than is kept, so that a cut is marked */
    vsnprintf(front, sizeof front, format, args);
    keep_texts(front, tail);
}

status status_fail(status code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    keep(format, args, "");
    va_end(args);
    return code;
}

status status_fail_errno(status code, int error, const char *format, ...)
{
    char tail[128];
    snprintf(tail, sizeof tail, ": %s", strerror(error));
    va_list args;
    va_start(args, format);
    keep(format, args, tail);
    va_end(args);
    return code;
}

status status_within(status code, const char *format, ...)
{
    char tail[sizeof message + 2];
    snprintf(tail, sizeof tail, ": %s", message);
    va_list args;
    va_start(args, format);
    keep(format, args, tail);
    va_end(args);
    return code;
}

status status_adding(status code, const char *format, ...)
{
    char front[sizeof message], tail[sizeof message];
    memcpy(front, message, sizeof front);
    size_t used = (size_t)snprintf(tail, sizeof tail, "; ");
    va_list args;
    va_start(args, format);
    vsnprintf(tail + used, sizeof tail - used, format, args);
    va_end(args);
    keep_texts(front, tail);
    return code;
}

const char *status_message(void)
{
    return message;
}

const char *status_name(status code)
{
#define STATUS_NAME(code, name) [STATUS_##code] = name,
    static const char *const names[] = { STATUS_LIST(STATUS_NAME) };
#undef STATUS_NAME
    return names[code];
}
