/* base/status.h - what every function that can fail returns, and the message of a failure.
 * Used by all modules. Nothing below cli/ prints or exits: a failure is a status and a text.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_STATUS_H
#define GAN_BASE_STATUS_H

/* One list for the codes and their names. */
#define STATUS_LIST(X)                                                                             \
    X(OK, "ok")                                                                                    \
    X(USAGE, "usage")             /* an invalid option, spec or combination of them */             \
    X(IO, "input/output")         /* the system refused to open, read, write, rename */            \
    X(FORMAT, "format")           /* a file with invalid content */                                \
    X(EXISTS, "exists")           /* something exists that must not be overwritten */              \
    X(MEMORY, "memory")           /* an allocation failed, or a size is too large for one */       \
    X(NONFINITE, "non-finite")    /* a NaN or an infinity appeared in training */                  \
    X(INTERRUPTED, "interrupted") /* a signal asked for the end; everything is saved */

#define STATUS_ENUM(code, name) STATUS_##code,
typedef enum status { STATUS_LIST(STATUS_ENUM) } status;
#undef STATUS_ENUM

/* Records the message of a failure (printf's format; at most 1023 bytes are kept, as
 * utf8_show shows them) and returns `code`, so that a failing function ends in `return
 * status_fail(...)`. The message is made once, where the facts are: the subject first (file or
 * option), lower case, what was expected and what was found, no full stop. It is kept per thread,
 * like errno. */
status status_fail(status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Like status_fail; appends ": " and the text of the errno value `error`. */
status status_fail_errno(status code, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Like status_fail; appends ": " and the message of the last failure. For a caller that knows which
 * of several files or options was meant. */
status status_within(status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Like status_fail; puts the message of the last failure and "; " in front. For a caller that knows
 * the state which the failure leaves. */
status status_adding(status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The message of this thread's last failure; valid until its next failure. */
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
