/* base/status.c - the codes' names and the thread's last message.
 *
 * SPDX-License-Identifier: MIT */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* The one mutable object that is not passed around: like errno, it spares every signature of the
 * program an argument, and a thread sees its own. */
static _Thread_local char message[1024] = "no error";

/* Files and words from outside are quoted in messages, and messages go to terminals, which take
 * orders in control characters: each shows as a question mark. */
static status made(status code)
{
    for (char *c = message; *c != 0; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return code;
}

status status_fail(status code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return made(code);
}

status status_fail_errno(status code, int error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    size_t used = strlen(message);
    snprintf(message + used, sizeof message - used, ": %s", strerror(error));
    return made(code);
}

status status_within(status code, const char *format, ...)
{
    char inner[sizeof message];
    memcpy(inner, message, sizeof inner);
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    size_t used = strlen(message);
    snprintf(message + used, sizeof message - used, ": %s", inner);
    return made(code);
}

status status_adding(status code, const char *format, ...)
{
    size_t used = strlen(message);
    used += (size_t)snprintf(message + used, sizeof message - used, "; ");
    if (used >= sizeof message)
        return code;
    va_list args;
    va_start(args, format);
    vsnprintf(message + used, sizeof message - used, format, args);
    va_end(args);
    return made(code);
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
