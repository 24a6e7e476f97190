"""What tests/oracle/training trains: one row for each of its cases.

SPDX-License-Identifier: MIT
"""

DEFAULTS = {  # in the order of the metadata
    "generator": "linear 20, relu, linear 33, relu, linear 784, tanh",
    "discriminator": "linear 40, relu, dropout 0.3, linear 15, relu, dropout 0.3, linear 1",
    "latent": "10", "init": "listing", "batch": "16", "d-steps": "1", "loss": "non-saturating",
    "label-smoothing": "0", "flip": "false", "augment": "none", "instance-noise": "0", "r1": "0",
    "gradient-penalty": "0", "lr": "0.0001", "lr-g": "0.0001", "lr-d": "0.0001",
    "lr-schedule": "constant", "lr-epochs": "0", "beta1": "0.9", "beta2": "0.999", "eps": "1e-08",
    "ema": "0", "seed": "1", "limit": "70",
}
OTHER = {
    "generator": "linear 9, sigmoid, dropout 0.5, linear 8, leaky_relu 0.2, linear 784, tanh",
    "discriminator": "dropout 0.1, linear 70, leaky_relu 0.1, tanh, dropout 0.25, linear 1",
    "latent": "67", "batch": "5", "d-steps": "3", "lr": "0.003", "lr-g": "0.003",
    "lr-d": "0.003", "beta1": "0.5", "beta2": "0.99", "eps": "1e-06",
    "seed": "18446744073709551615", "limit": "64",
}
# Small nets of each kind of layer.
IMAGES = {
    "generator": "linear 6x4x4, relu, upsample 2, conv 5 k3 s1 p0, tanh, conv_transpose 4 k4 s2 p0, "
                 "leaky_relu 0.2, conv_transpose 1 k4 s2 p1, tanh",
    "discriminator": "conv 4 k4 s2 p1, leaky_relu 0.2, conv 6 k5 s3 p0, tanh, reshape 96, linear 1",
    "latent": "7", "init": "he", "batch": "4", "limit": "12",
}
NORMS = {
    "generator": "linear 5x7x7, batch_norm, relu, conv_transpose 4 k4 s2 p1, batch_norm, relu, upsample 2, "
                 "conv_transpose 1 k3 s1 p1, tanh",
    "discriminator": "conv 5 k4 s2 p1 spectral_norm, leaky_relu 0.2, conv 6 k4 s2 p1, batch_norm, "
                     "leaky_relu 0.2, conv_transpose 3 k2 s3 p1, relu, batch_norm, "
                     "linear 1 spectral_norm",
    "latent": "7", "init": "dcgan", "batch": "4", "limit": "12", "ema": "0.9",
}
POINTS = {
    "generator": "linear 12, relu, linear 2", "discriminator": "linear 16, leaky_relu 0.2, linear 1",
    "latent": "2", "batch": "16", "lr": "0.01", "lr-g": "0.01", "lr-d": "0.01", "r1": "0.1",
    "init": "he",
}
COLOUR = {
    "generator": "linear 6x4x4, relu, conv_transpose 3 k4 s4 p3, tanh",
    "discriminator": "conv 4 k4 s2 p1, leaky_relu 0.2, linear 1",
    "latent": "5", "batch": "4", "init": "xavier", "ema": "0.5", "limit": "0",
}

def with_task(settings, task):
    """All options of the metadata; those of a task stand before --gradient-penalty, and a run of regression
    has no discriminator."""
    out = {}
    for name, value in {**DEFAULTS, **settings}.items():
        if name == "gradient-penalty":
            out.update(task)
        if name != "discriminator" or "adversarial" in task.get("phases", ""):
            out[name] = value
    return out


ENLARGING = {
    "generator": "conv 4 k3 s1 p1, leaky_relu 0.2, batch_norm, conv_transpose 1 k4 s2 p1",
    "discriminator": "conv 4 k4 s2 p1, leaky_relu 0.2, batch_norm, linear 1",
    "init": "he", "batch": "4", "limit": "20", "lr": "0.002", "lr-g": "0.002", "lr-d": "0.002",
}

# What --preset sets, as `gan help presets` lists it, except the epochs.
FAST = {
    "generator": "linear 256, leaky_relu 0.2, linear 512, leaky_relu 0.2, linear 784, tanh",
    "discriminator": "linear 512, leaky_relu 0.2, dropout 0.2, linear 256, leaky_relu 0.2, dropout 0.2, "
                     "linear 1",
    "init": "he", "r1": "0.1", "lr": "0.001", "lr-g": "0.001", "lr-d": "0.001", "beta1": "0.5",
    "ema": "0.999",
}
DCGAN = {
    "generator": "linear 256, leaky_relu 0.2, linear 512, leaky_relu 0.2, linear 32x7x7, leaky_relu 0.2, "
                 "conv_transpose 16 k4 s2 p1, leaky_relu 0.2, conv_transpose 1 k4 s2 p1, tanh",
    "discriminator": "conv 16 k4 s2 p1, leaky_relu 0.2, conv 32 k4 s2 p1, leaky_relu 0.2, linear 256, "
                     "leaky_relu 0.2, linear 1",
    "init": "he", "r1": "3", "lr": "0.001", "lr-g": "0.001", "lr-d": "0.001", "beta1": "0",
    "beta2": "0.99", "ema": "0.999",
}


def preset(name, settings):
    """A case that leaves all of them to the preset."""
    few = {"batch": "5", "limit": "10", "latent": "100"}
    return ("mnist", {**settings, **few}, 1, {"preset": name, **dict.fromkeys(settings)})


# name: the data, the options of the metadata that differ from DEFAULTS, the epochs, and the options of the
# command line that are not written as the metadata has them (None: not given).
CASES = {
    "listing": ("mnist", {}, 2, {}),
    "three steps of D": ("mnist", OTHER, 3, {"picture-every": "2"}),
    "minimax": ("mnist", {"loss": "minimax", "label-smoothing": "0.1", "lr-g": "0.001",
                          "lr-schedule": "cosine", "lr-epochs": "3"}, 2, {}),
    "least-squares": ("mnist", {**OTHER, "loss": "least-squares", "label-smoothing": "0.25",
                                "lr-schedule": "linear", "lr-epochs": "2"}, 2, {}),
    "hinge": ("mnist", {"loss": "hinge", "lr-d": "0.002", "init": "he", "ema": "0.75"}, 1, {}),
    "wasserstein": ("mnist", {**OTHER, "loss": "wasserstein", "init": "xavier", "ema": "0.999",
                              "instance-noise": "0.2", "r1": "0.5", "gradient-penalty": "5"}, 1, {}),
    "r1": ("mnist", {"init": "he", "r1": "0.2", "lr-epochs": "7"}, 1, {}),
    "changes": ("mnist", {"flip": "true", "augment": "color,translation,cutout", "r1": "1"}, 1, {}),
    # Steps of many images, so that p rises far enough.
    "auto": ("mnist", {"flip": "true", "augment": "auto", "batch": "500", "limit": "500", "lr-d": "0.01",
                       "generator": "linear 4, relu, linear 784, tanh",
                       "discriminator": "linear 6, leaky_relu 0.2, linear 1"}, 14, {}),
    "translation": ("mnist", {**OTHER, "augment": "translation", "instance-noise": "0.1",
                              "gradient-penalty": "1"}, 1, {}),
    # The two halves of dweight and dbias of batch_norm; spectral_norm.
    "norms": ("mnist", {**OTHER, "ema": "0.9",
                        "generator": "linear 4x3x5, batch_norm, relu, linear 30, batch_norm, tanh, "
                                     "linear 784, tanh",
                        "discriminator": "batch_norm, linear 20 spectral_norm, leaky_relu 0.2, "
                                         "linear 3x2x2, batch_norm, leaky_relu 0.2, "
                                         "linear 1 spectral_norm"}, 2, {}),
    # Each part of a penalty's gradient is corrected by itself where spectral_norm comes before a curve.
    "penalised norms": ("mnist", {"init": "he", "r1": "0.2", "gradient-penalty": "2",
                                  "discriminator": "linear 20 spectral_norm, leaky_relu 0.2, linear 17, "
                                                   "tanh, linear 9 spectral_norm, sigmoid, "
                                                   "linear 1 spectral_norm"}, 1, {}),
    # The number for `out`, the default s and p of convolutions, --lr-epochs set by a schedule; fewer than
    # 64 samples.
    "images": ("mnist", {**IMAGES, "lr-schedule": "linear", "lr-epochs": "2"}, 2, {
        "generator": "linear 6x4x4,relu,upsample 2,conv 5 k3,tanh,conv_transpose 4 s2 k4,leaky_relu .20,"
                     "conv_transpose out p1 k4 s2,tanh", "lr-epochs": None, "lr-d": None,
        "discriminator": "conv 4 k4 s2 p1, leaky_relu 0.2, conv 6 k5 s3, tanh, reshape 96, linear 1"}),
    # The distance between 64 equal samples is 0.
    "one sample": ("mnist", {"limit": "1", "batch": "1", "generator": "linear 784",
                             "discriminator": "linear 3, relu, linear 1"}, 1, {}),
    "penalised images": ("mnist", {**IMAGES, "r1": "1", "gradient-penalty": "3",
                                   "discriminator": "conv 4 k4 s2 p1 spectral_norm, tanh, upsample 2, "
                                                    "conv_transpose 3 k3 s2 p2, conv 3 k5 s4 p0 "
                                                    "spectral_norm, sigmoid, linear 1"}, 1, {}),
    "normed images": ("mnist", NORMS, 1, {}),
    "residual blocks": ("mnist", {**IMAGES, "r1": "1", "gradient-penalty": "3", "limit": "8",
                                  "generator": "linear 8x7x7, residual, batch_norm, relu, conv 8 k3 s1 p1, dropout 0.2, "
                                               "residual, conv 8 k1 s1 p0, tanh, add, add, pixel_shuffle 2, residual, "
                                               "conv 8 k3 s1 p1, pixel_shuffle 2, add_enlarged 2, conv 1 k1 s1 p0, tanh",
                                  "discriminator": "conv 6 k4 s2 p1, residual, leaky_relu 0.2, conv 6 k3 s1 p1, residual, "
                                                   "tanh, conv 6 k3 s1 p1, add, add, conv 8 k4 s2 p1, leaky_relu 0.2, "
                                                   "residual, sigmoid, add, linear 1"}, 1, {}),
    # A group that is not full; spans of values; the halves of D's pass.
    "groups": ("mnist", {**IMAGES, "r1": "1", "gradient-penalty": "3",
                         "discriminator": "minibatch_deviation 3, conv 6 k4 s2 p1, leaky_relu 0.2, minibatch_deviation 4, "
                                          "conv 8 k4 s2 p1, tanh, minibatch_deviation 2, linear 9, sigmoid, linear 1"},
               1, {}),
    "enlarged": ("mnist", with_task({**ENLARGING, "ema": "0.9"},
                                    {"task": "upscale", "scale": "2", "crop": "20", "turn": "true",
                                     "phases": "mse:1,adversarial:1", "adversarial": "0.01"}), 2, {}),
    "filled": ("folder", with_task({**COLOUR, "generator": "conv 5 k3 s1 p1, relu, dropout 0.2, conv 3 k3 s1 p1",
                                    "discriminator": "conv 4 k4 s2 p1, relu, linear 1", "init": "he",
                                    "flip": "true", "augment": "color"},
                                   {"task": "inpaint", "crop": "9", "turn": "true", "phases": "adversarial"}), 1, {}),
    "coloured": ("folder", with_task({**COLOUR, "generator": "conv 5 k3 s1 p1, relu, conv 3 k3 s1 p1", "init": "he",
                                      "d-steps": "2"},
                                     {"task": "colorize", "crop": "7", "phases": "mse:2,adversarial:3"}), 3, {}),
    "regression": ("mnist", with_task({**ENLARGING, "generator": "conv 4 k3 s1 p1, relu, conv_transpose 1 k4 s4 p0",
                                       "batch": "5"}, {"task": "upscale", "crop": "28"}), 2, {}),
    "preset fast": preset("fast", FAST),
    "preset dcgan": preset("dcgan", DCGAN),
    "ring": ("ring", {**POINTS, "limit": "300", "ema": "0.9"}, 1, {"generator": "linear 12, relu, linear out"}),
    # The background is D(x) outside of training, whose spectral_norm makes no step of the power method.
    "grid": ("grid", {**POINTS, "limit": "3000", "loss": "least-squares", "batch": "1000",
                      "discriminator": "linear 16 spectral_norm, tanh, linear 9 spectral_norm, "
                                       "leaky_relu 0.2, linear 1 spectral_norm"}, 1, {}),
    "padded pictures": ("folder", {**COLOUR, "augment": "color,cutout", "flip": "true"}, 1,
                        {"size": "10", "fit": "pad", "background": "#1a0fe3"}),
    "cropped pictures": ("folder", {**COLOUR, "limit": "9"}, 1,
                         {"size": "10", "channels": "3", "generator": "linear 6x4x4, relu, "
                          "conv_transpose out p3 k4 s4, tanh"}),
}
