/* train.c - trains a small GAN: a line and a checkpoint for each epoch.
 *
 *     train DATA EPOCHS model.bin [OPTION VALUE]...
 *
 *     train data/mnist 5 model.bin lr 2e-4
 *
 * DATA and the options are those of `gan train`, without dashes. If model.bin already exists,
 * training continues from it.
 *
 * SPDX-License-Identifier: MIT */
#include <gan/gan.h>

#include <stdio.h>

/* The options; 0 after a failure. */
static int configure(gan_config *c, int argc, char **argv, char *message, size_t size)
{
    int good = gan_config_set(c, "preset", "fast", message, size) == GAN_OK &&
               gan_config_set(c, "data", argv[1], message, size) == GAN_OK &&
               gan_config_set(c, "epochs", argv[2], message, size) == GAN_OK;
    for (int i = 4; good && i + 1 < argc; i += 2)
        good = gan_config_set(c, argv[i], argv[i + 1], message, size) == GAN_OK;
    return good;
}

/* Trains to the last epoch; 0 after a failure. */
static int train(gan_trainer *t, const char *path, char *message, size_t size)
{
    for (gan_position p = gan_trainer_position(t); p.epoch < p.epochs;
         p = gan_trainer_position(t)) {
        if (gan_trainer_epoch(t, message, size) != GAN_OK ||
            gan_trainer_save(t, path, message, size) != GAN_OK)
            return 0;
        printf("epoch %g: D loss %.4f, G loss %.4f, D(x) %.3f, D(G(z)) %.3f\n",
               gan_trainer_metric(t, "epoch"), gan_trainer_metric(t, "d_loss"),
               gan_trainer_metric(t, "g_loss"), gan_trainer_metric(t, "d_real"),
               gan_trainer_metric(t, "d_fake"));
    }
    return 1;
}

int main(int argc, char **argv)
{
    char message[512] = "out of memory";
    if (argc < 4) {
        fprintf(stderr, "usage: train DATA EPOCHS model.bin [OPTION VALUE]...\n");
        return 2;
    }
    gan_trainer *t = NULL;
    gan_config *c = gan_config_new();
    FILE *saved = fopen(argv[3], "rb");
    int good = c && configure(c, argc, argv, message, sizeof message);
    if (good && saved)
        good = gan_trainer_resume(c, argv[3], &t, message, sizeof message) == GAN_OK;
    else if (good)
        good = gan_trainer_open(c, &t, message, sizeof message) == GAN_OK;
    good = good && train(t, argv[3], message, sizeof message);
    if (!good)
        fprintf(stderr, "%s\n", message);
    if (saved)
        fclose(saved);
    gan_trainer_close(t);
    gan_config_free(c);
    return good ? 0 : 1;
}
