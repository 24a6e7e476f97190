/* gan/gan.h - libgan: trains GANs and samples from them inside another program.
 *
 * Sampling from a checkpoint that `gan train` or gan_trainer_save wrote:
 *
 *     char message[256];
 *     gan_generator *g;
 *     if (gan_load("model.bin", &g, message, sizeof message) != GAN_OK)
 *         ... message says why ...
 *     gan_shape s = gan_sample_shape(g);
 *     float *x = malloc(n * s.channels * s.height * s.width * sizeof *x);
 *     gan_ask_class(g, 7, message, sizeof message);     only if it was trained with classes
 *     gan_sample(g, seed, 0, n, x);
 *     gan_free(g);
 *
 * Training, each call checked as above:
 *
 *     gan_config *c = gan_config_new();
 *     gan_config_set(c, "data", "data/mnist", message, sizeof message);
 *     gan_config_set(c, "preset", "fast", message, sizeof message);
 *     gan_trainer *t;
 *     gan_trainer_open(c, &t, message, sizeof message);
 *     gan_config_free(c);
 *     for (int epoch = 0; epoch < 20; epoch++) {
 *         gan_trainer_epoch(t, message, sizeof message);
 *         printf("%g\n", gan_trainer_metric(t, "d_loss"));
 *         gan_trainer_save(t, "model.bin", message, sizeof message);
 *     }
 *     gan_trainer_close(t);
 *
 * The same options and seed give the same bytes in the same checkpoint as `gan train`, on every
 * machine, with any number of threads, resumed or not.
 *
 * Errors. Functions that can fail return a gan_status. A failure also writes one line of text into
 * `message`: what was expected and what was found, cut to `size` bytes with its NUL. `message` may
 * be NULL if `size` is 0. GAN_OK leaves it unchanged. Texts name options as the command line does:
 * "--lr".
 *
 * Threads. The library prints nothing, catches no signals, never ends the program and keeps no
 * global state. Different objects may be used by different threads at once, one object by one
 * thread at a time. Each generator and each trainer has worker threads of its own.
 *
 * Files. It reads the files named here and the data set. Folders of pictures are also
 * kept, decoded, in $XDG_CACHE_HOME/gan (else ~/.cache/gan), as `gan train` does.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAN_H
#define GAN_GAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GAN_API __attribute__((visibility("default")))
#else
#define GAN_API
#endif

typedef enum gan_status {
    GAN_OK = 0,
    GAN_ERROR_USAGE,    /* an argument or an option is invalid, or does not go with another */
    GAN_ERROR_IO,       /* the system refused to open, read or write a file */
    GAN_ERROR_FORMAT,   /* a file has the wrong format or is damaged */
    GAN_ERROR_MEMORY,   /* an allocation failed */
    GAN_ERROR_NONFINITE /* a NaN or an infinity appeared in training */
} gan_status;

/* The shape of one sample, in the order in which its values are stored. */
typedef struct gan_shape {
    int channels, height, width;
} gan_shape;

/* ---- sampling ---- */

/* The generator of a checkpoint and the memory that it needs to run. */
typedef struct gan_generator gan_generator;

/* Loads the generator of a checkpoint: the average of its weights if it was trained with --ema,
 * else its weights after the last step. The file may be hostile: all of it is checked, with its
 * checksum, and no size in it decides how much is allocated. On success the caller frees *g with
 * gan_free; else *g is NULL. GAN_ERROR_IO, GAN_ERROR_FORMAT, GAN_ERROR_MEMORY. */
GAN_API gan_status gan_load(const char *path, gan_generator **g, char *message, size_t size);

/* Frees the generator; NULL is fine. */
GAN_API void gan_free(gan_generator *g);

/* The number of values in a latent z. */
GAN_API int gan_latent_size(const gan_generator *g);

/* The shape of a sample. */
GAN_API gan_shape gan_sample_shape(const gan_generator *g);

/* Sets the number of threads for sampling; 0, the initial value, means one per core that the
 * process may use. No result depends on it. GAN_ERROR_USAGE if threads < 0, GAN_ERROR_MEMORY; a
 * failure leaves the threads unchanged. */
GAN_API gan_status gan_set_threads(gan_generator *g, int threads);

/* samples (n, channels*height*width), float32, in [-1, 1] if the generator ends in tanh: the
 * samples first .. first+n-1 of a seed, the same numbers as those of `gan sample --seed`. Sample i
 * of a seed does not depend on n. GAN_ERROR_USAGE if n < 0, first < 0 or their sum is beyond
 * INT_MAX. */
GAN_API gan_status gan_sample(gan_generator *g, uint64_t seed, int first, int n, float *samples);

/* samples (n, channels*height*width) of given latents (n, gan_latent_size), which are usually drawn
 * from N(0, 1). GAN_ERROR_USAGE if n < 0. */
GAN_API gan_status gan_sample_latents(gan_generator *g, const float *latents, int n,
                                      float *samples);

/* ---- asking for classes and texts ---- */

/* What decides, beside the latent, what a sample shows: the option --condition of the training. */
typedef enum gan_condition {
    GAN_CONDITION_NONE,  /* nothing */
    GAN_CONDITION_CLASS, /* a class */
    GAN_CONDITION_TEXT   /* a text */
} gan_condition;
GAN_API gan_condition gan_condition_kind(const gan_generator *g);

/* The number of classes, 0 unless the kind is GAN_CONDITION_CLASS, and the name of one, from 0 on:
 * UTF-8, which lives as long as the generator; NULL if there is no such class. */
GAN_API int gan_class_count(const gan_generator *g);
GAN_API const char *gan_class_name(const gan_generator *g, int class_number);

/* The same for the words that the generator learned, if the kind is GAN_CONDITION_TEXT. They are in
 * the order of their bytes, in lower case as Unicode folds it. */
GAN_API int gan_word_count(const gan_generator *g);
GAN_API const char *gan_word(const gan_generator *g, int i);

/* From now on all samples, those of given latents too, show this class, or what this text says. Of
 * a word that the generator has not learned only the letters count. The text is copied.
 * GAN_ERROR_USAGE if the generator has no such class, or is not of that kind, or the text is not
 * UTF-8 or has no words; GAN_ERROR_MEMORY. A failure changes nothing. */
GAN_API gan_status gan_ask_class(gan_generator *g, int class_number, char *message, size_t size);
GAN_API gan_status gan_ask_text(gan_generator *g, const char *text, char *message, size_t size);

/* As after gan_load: the classes, or some captions of the training, take turns. Of K classes,
 * sample i shows number i mod K, as with `gan sample --cols 1`. */
GAN_API void gan_ask_all(gan_generator *g);

/* ---- configuring ---- */

/* The options of a training run, as `gan help train` lists them. */
typedef struct gan_config gan_config;

/* A configuration with every option at its default, for gan_config_free. NULL if out of memory. */
GAN_API gan_config *gan_config_new(void);

/* Frees the configuration; NULL is fine. */
GAN_API void gan_config_free(gan_config *c);

/* Sets an option of `gan train` by its long name, without dashes, from the text that it takes on
 * the command line: ("lr", "2e-4"), ("flip", "true"), ("data", "my-pictures"), ("threads", "2").
 * Both texts are copied. The last value counts; a "preset" sets only options that are not set
 * themselves. Without "data", $GAN_DATA, data/mnist and the installed MNIST are tried.
 *
 * GAN_ERROR_USAGE, and nothing is set, for an unknown option (the message has the nearest name), a
 * value that it does not take, and the options of a run's folder: out, resume, overwrite,
 * checkpoint-every, keep-every, picture-every and eval-every. GAN_ERROR_MEMORY. */
GAN_API gan_status gan_config_set(gan_config *c, const char *name, const char *value, char *message,
                                  size_t size);

/* ---- training ---- */

/* Two nets in training, with their optimisers and data. */
typedef struct gan_trainer gan_trainer;

/* Opens the data, builds the nets and initialises them from the seed. All the memory that training
 * needs is allocated here. On success the caller closes *t with gan_trainer_close; else *t is NULL.
 * The configuration stays the caller's and may be changed or freed. GAN_ERROR_USAGE if the options
 * do not go together or with the data, GAN_ERROR_IO, GAN_ERROR_FORMAT, GAN_ERROR_MEMORY. */
GAN_API gan_status gan_trainer_open(const gan_config *c, gan_trainer **t, char *message,
                                    size_t size);

/* Like gan_trainer_open, but continues from a checkpoint, also from within an epoch, to the same
 * bytes as uninterrupted training. Options that decide what is computed come from the checkpoint;
 * GAN_ERROR_USAGE if the configuration sets one of them to another value. A checkpoint has neither
 * data nor the number of epochs: set "data" (with "size", "fit" and so on) and "epochs" again. */
GAN_API gan_status gan_trainer_resume(const gan_config *c, const char *path, gan_trainer **t,
                                      char *message, size_t size);

/* Frees the trainer; NULL is fine. Saves nothing. */
GAN_API void gan_trainer_close(gan_trainer *t);

/* One step: --d-steps updates of the discriminator, then one of the generator. The last step of an
 * epoch also ends it. GAN_ERROR_USAGE if all --epochs are done. GAN_ERROR_NONFINITE if a loss, a
 * gradient or a weight has become NaN or infinite; the trainer can then only be closed. */
GAN_API gan_status gan_trainer_step(gan_trainer *t, char *message, size_t size);

/* Steps to the end of the present epoch. Errors as gan_trainer_step. */
GAN_API gan_status gan_trainer_epoch(gan_trainer *t, char *message, size_t size);

/* The position of training. */
typedef struct gan_position {
    uint32_t epoch;       /* complete epochs */
    uint32_t step;        /* steps done in the next one, less than epoch_steps */
    uint32_t epoch_steps; /* steps in an epoch: each sample at most once */
    uint32_t epochs;      /* the option: the number of epochs in the whole run */
} gan_position;
GAN_API gan_position gan_trainer_position(const gan_trainer *t);

/* A metric of the newest epoch that this trainer completed, by its name in metrics.csv (see
 * docs/metrics.md): means over the epoch's steps such as "d_loss", "g_loss", "d_real" (D(x)),
 * "d_fake" (D(G(z))), "accuracy_real" and "d_grad_norm"; the "spread" of the samples at its end;
 * "seconds" and "images_per_second". NaN before the first epoch is complete, for an unknown name,
 * and for "fid" and the other figures of --eval-every. */
GAN_API double gan_trainer_metric(const gan_trainer *t, const char *name);

/* The shape of a sample, which data and generator share. */
GAN_API gan_shape gan_trainer_sample_shape(const gan_trainer *t);

/* samples (n, channels*height*width) of the present generator (its average with --ema): the same
 * numbers that gan_sample gives for a checkpoint saved now. Training is not affected. Errors as
 * gan_sample; GAN_ERROR_NONFINITE after a step with that error. */
GAN_API gan_status gan_trainer_sample(gan_trainer *t, uint64_t seed, int first, int n,
                                      float *samples);

/* What the samples of gan_trainer_sample show, as gan_ask_class, gan_ask_text and gan_ask_all say
 * it of a generator. Training is not affected. */
GAN_API gan_status gan_trainer_ask_class(gan_trainer *t, int class_number, char *message,
                                         size_t size);
GAN_API gan_status gan_trainer_ask_text(gan_trainer *t, const char *text, char *message,
                                        size_t size);
GAN_API void gan_trainer_ask_all(gan_trainer *t);

/* Saves a checkpoint, which gan_load, gan_trainer_resume and every command of gan can read. The
 * file appears whole or not at all; until it is durable, an old one of that name stays. To resume
 * with `gan train --resume` it must be model.bin in the folder of a run. GAN_ERROR_IO,
 * GAN_ERROR_MEMORY; GAN_ERROR_NONFINITE after a step with that error; GAN_ERROR_USAGE for "-". */
GAN_API gan_status gan_trainer_save(const gan_trainer *t, const char *path, char *message,
                                    size_t size);

/* The version of the library, "0.1.0". */
GAN_API const char *gan_version(void);

#ifdef __cplusplus
}
#endif

#endif
