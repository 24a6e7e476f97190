/* base/status.h - what every function that can fail returns, and the message that goes with it.
 * Used by all modules. Nothing below cli/ prints or exits: a failure is a status and a text.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_STATUS_H
#define GAN_BASE_STATUS_H

/* One list for the codes and their names. */
#define STATUS_LIST(X)                                                                             \
    X(OK, "ok")                                                                                    \
    X(USAGE, "usage")             /* an option, a spec or a combination that cannot be */          \
    X(IO, "input/output")         /* the system refused to open, read, write, rename */            \
    X(FORMAT, "format")           /* a file whose content is not what it has to be */              \
    X(EXISTS, "exists")           /* something is there that must not be overwritten */            \
    X(MEMORY, "memory")           /* an allocation failed, or a size does not fit one */           \
    X(NONFINITE, "non-finite")    /* a NaN or an infinity turned up in training */                 \
    X(INTERRUPTED, "interrupted") /* a signal asked for the end; everything is saved */

#define STATUS_ENUM(code, name) STATUS_##code,
typedef enum status { STATUS_LIST(STATUS_ENUM) } status;
#undef STATUS_ENUM

/* Records the message of a failure (printf's format; at most 1023 bytes are kept, control
 * characters as \xNN) and returns `code`, so that a failing function ends in `return
 * status_fail(...)`. The message is made once, where the facts are: the subject first (file or
 * option), lower case, what was expected and what was found, no full stop. It is kept per thread,
 * like errno. */
status status_fail(status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As status_fail, and appends ": " and the text of the errno value `error`. */
status status_fail_errno(status code, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As status_fail with what the last failure said after it: the format's text, ": ", the old
 * message. For a caller that knows which of several files or options was meant. */
status status_within(status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As status_fail with what the last failure said before it: the old message, "; ", the format's
 * text. For a caller that knows what the failure leaves behind. */
status status_adding(status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The message of this thread's last failure; valid until its next. */
const char *status_message(void);

/* The name of a code: "ok", "format", ... */
const char *status_name(status code);

/* Returns early from a function that owns nothing yet. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        status try_status = (call);                                                                \
        if (try_status != STATUS_OK)                                                               \
            return try_status;                                                                     \
    } while (0)

#endif
