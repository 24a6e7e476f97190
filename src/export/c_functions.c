/* export/c_functions.c - the operators as C functions. Each computes its sums in the order of
 * nn/: the weights of an output from the first to the last.
 *
 * SPDX-License-Identifier: MIT */
#include "export/c_functions.h"

#include <string.h>

#include "export/operators.h"

#include "base/banned.h"

static const char linear_source[] =
    "/* y (outputs) = w (outputs, inputs) x + bias. */\n"
    "static void generate_linear(const float *x, int inputs, float *y, int outputs,\n"
    "                            const generate_weight *w, const float *bias@(,\n"
    "                            const float *scale))\n"
    "{\n"
    "    for (int o = 0; o < outputs; o++, w += inputs) {\n"
    "        float sum = 0;\n"
    "        for (int i = 0; i < inputs; i++)\n"
    "            sum += (float)w[i] * x[i];\n"
    "        y[o] = bias[o] + @(scale[o] * )sum;\n"
    "    }\n"
    "}\n";

static const char conv_source[] =
    "/* y (maps, rows, cols) = the sums of w (maps, channels, k, k) over the windows of\n"
    " * x (channels, height, width), s apart, with p zeros around x. */\n"
    "static void generate_conv(const float *x, int channels, int height, int width, float *y,\n"
    "                          int maps, int rows, int cols, int k, int s, int p,\n"
    "                          const generate_weight *w, const float *bias@(,\n"
    "                          const float *scale))\n"
    "{\n"
    "    for (int m = 0; m < maps; m++, w += channels * k * k)\n"
    "        for (int i = 0; i < rows; i++)\n"
    "            for (int j = 0; j < cols; j++) {\n"
    "                const generate_weight *at = w;\n"
    "                float sum = 0;\n"
    "                for (int c = 0; c < channels; c++)\n"
    "                    for (int u = 0; u < k; u++)\n"
    "                        for (int v = 0; v < k; v++, at++) {\n"
    "                            int a = i * s + u - p, b = j * s + v - p;\n"
    "                            if (a >= 0 && a < height && b >= 0 && b < width)\n"
    "                                sum += (float)*at * x[(c * height + a) * width + b];\n"
    "                        }\n"
    "                *y++ = bias[m] + @(scale[m] * )sum;\n"
    "            }\n"
    "}\n";

static const char conv_transpose_source[] =
    "/* y (maps, rows, cols): each value of x (channels, height, width) times w (channels, maps,\n"
    " * k, k) is added to a window; the windows are s apart, from -p on. */\n"
    "static void generate_conv_transpose(const float *x, int channels, int height, int width,\n"
    "                                    float *y, int maps, int rows, int cols, int k, int s,\n"
    "                                    int p, const generate_weight *w, const float *bias@(,\n"
    "                                    const float *scale))\n"
    "{\n"
    "    for (int m = 0; m < maps; m++, y += rows * cols) {\n"
    "        for (int n = 0; n < rows * cols; n++)\n"
    "            y[n] = 0;\n"
    "        for (int c = 0; c < channels; c++)\n"
    "            for (int n = 0; n < height * width; n++) {\n"
    "                const generate_weight *at = w + (c * maps + m) * k * k;\n"
    "                float value = x[c * height * width + n];\n"
    "                for (int u = 0; u < k; u++)\n"
    "                    for (int v = 0; v < k; v++, at++) {\n"
    "                        int a = n / width * s + u - p, b = n % width * s + v - p;\n"
    "                        if (a >= 0 && a < rows && b >= 0 && b < cols)\n"
    "                            y[a * cols + b] += (float)*at * value;\n"
    "                    }\n"
    "            }\n"
    "        for (int n = 0; n < rows * cols; n++)\n"
    "            y[n] = bias[m] + @(scale[m] * )y[n];\n"
    "    }\n"
    "}\n";

static const char scale_source[] =
    "/* x (channels, plane) = scale x + shift, channel by channel. */\n"
    "static void generate_scale(float *x, int channels, int plane, const float *scale,\n"
    "                           const float *shift)\n"
    "{\n"
    "    for (int c = 0; c < channels; c++)\n"
    "        for (int n = 0; n < plane; n++, x++)\n"
    "            *x = scale[c] * *x + shift[c];\n"
    "}\n";

static const char upsample_source[] =
    "/* y (channels, rows, cols): each value of x (channels, height, width) becomes a block. */\n"
    "static void generate_upsample(const float *x, int channels, int height, int width, float *y,\n"
    "                              int rows, int cols)\n"
    "{\n"
    "    for (int c = 0; c < channels; c++, x += height * width)\n"
    "        for (int i = 0; i < rows; i++)\n"
    "            for (int j = 0; j < cols; j++)\n"
    "                *y++ = x[i / (rows / height) * width + j / (cols / width)];\n"
    "}\n";

static const char shuffle_source[] =
    "/* y (channels, rows, cols): each r x r channels of x (.., height, width) become one. */\n"
    "static void generate_pixel_shuffle(const float *x, int channels, int height, int width,\n"
    "                                   float *y, int rows, int cols)\n"
    "{\n"
    "    int r = rows / height;\n"
    "    for (int c = 0; c < channels / (r * r); c++)\n"
    "        for (int i = 0; i < rows; i++)\n"
    "            for (int j = 0; j < cols; j++)\n"
    "                *y++ = x[(((c * r + i % r) * r + j % r) * height + i / r) * width + j / r];\n"
    "}\n";

static const char add_source[] = "/* x = x + y */\n"
                                 "static void generate_add(float *x, int n, const float *y)\n"
                                 "{\n"
                                 "    for (int i = 0; i < n; i++)\n"
                                 "        x[i] += y[i];\n"
                                 "}\n";

static const char add_enlarged_source[] =
    "static float generate_cubic(float x)\n"
    "{\n"
    "    x = x < 0 ? -x : x;\n"
    "    return x < 1   ? (1.5f * x - 2.5f) * x * x + 1\n"
    "           : x < 2 ? ((2.5f - 0.5f * x) * x - 4) * x + 2\n"
    "                   : 0;\n"
    "}\n"
    "\n"
    "/* Pixel i of a line that is n pixels of a longer one, r times enlarged: the first of the four\n"
    " * pixels on which it depends, and their weights, 0 beyond the edges. */\n"
    "static int generate_weights(int i, int n, int r, float *weights)\n"
    "{\n"
    "    float at = ((float)i + 0.5f) / (float)r - 0.5f, sum = 0;\n"
    "    int first = (2 * i + 1 + r) / (2 * r) - 2;\n"
    "    for (int k = 0; k < 4; k++) {\n"
    "        int inside = first + k >= 0 && first + k < n;\n"
    "        weights[k] = inside ? generate_cubic((float)(first + k) - at) : 0;\n"
    "        sum += weights[k];\n"
    "    }\n"
    "    for (int k = 0; k < 4; k++)\n"
    "        weights[k] /= sum;\n"
    "    return first;\n"
    "}\n"
    "\n"
    "/* x (channels, r height, r width) += y (channels, height, width), enlarged by the bicubic\n"
    " * filter. */\n"
    "static void generate_add_enlarged(float *x, const float *y, int channels, int height,\n"
    "                                  int width, int r)\n"
    "{\n"
    "    for (int c = 0; c < channels; c++, y += height * width)\n"
    "        for (int i = 0; i < r * height; i++) {\n"
    "            float down[4], across[4];\n"
    "            int row = generate_weights(i, height, r, down);\n"
    "            for (int j = 0; j < r * width; j++) {\n"
    "                int col = generate_weights(j, width, r, across);\n"
    "                float sum = 0;\n"
    "                for (int u = 0; u < 4; u++)\n"
    "                    for (int v = 0; v < 4; v++)\n"
    "                        if (down[u] != 0 && across[v] != 0)\n"
    "                            sum += down[u] * across[v] * y[(row + u) * width + col + v];\n"
    "                *x++ += sum;\n"
    "            }\n"
    "        }\n"
    "}\n";

static const char relu_source[] = "static void generate_relu(float *x, int n)\n"
                                  "{\n"
                                  "    for (int i = 0; i < n; i++)\n"
                                  "        x[i] = x[i] > 0 ? x[i] : 0;\n"
                                  "}\n";

static const char leaky_relu_source[] =
    "static void generate_leaky_relu(float *x, int n, float alpha)\n"
    "{\n"
    "    for (int i = 0; i < n; i++)\n"
    "        x[i] = x[i] > 0 ? x[i] : alpha * x[i];\n"
    "}\n";

static const char tanh_source[] = "static void generate_tanh(float *x, int n)\n"
                                  "{\n"
                                  "    for (int i = 0; i < n; i++)\n"
                                  "        x[i] = tanhf(x[i]);\n"
                                  "}\n";

static const char sigmoid_source[] = "static void generate_sigmoid(float *x, int n)\n"
                                     "{\n"
                                     "    for (int i = 0; i < n; i++)\n"
                                     "        x[i] = 1 / (1 + expf(-x[i]));\n"
                                     "}\n";

static const char condition_source[] =
    "/* y = x (inputs), then h (n), each value of it `plane` times: h = leaky relu of w (n, n) e\n"
    " * + bias, e (n) being the vector of the condition. */\n"
    "static void generate_condition(const float *x, int inputs, float *y, const float *e, int n,\n"
    "                               int plane, float alpha, const generate_weight *w,\n"
    "                               const float *bias@(, const float *scale))\n"
    "{\n"
    "    for (int i = 0; i < inputs; i++)\n"
    "        *y++ = x[i];\n"
    "    for (int o = 0; o < n; o++, w += n) {\n"
    "        float sum = 0;\n"
    "        for (int i = 0; i < n; i++)\n"
    "            sum += (float)w[i] * e[i];\n"
    "        sum = bias[o] + @(scale[o] * )sum;\n"
    "        for (int i = 0; i < plane; i++)\n"
    "            *y++ = sum > 0 ? sum : alpha * sum;\n"
    "    }\n"
    "}\n";

static const c_function functions[] = {
    { "Gemm", "linear", C_LINEAR, linear_source },
    { "Conv", "conv", C_WINDOWS, conv_source },
    { "ConvTranspose", "conv_transpose", C_WINDOWS, conv_transpose_source },
    { "BatchNormalization", "scale", C_SCALE, scale_source },
    { "Resize", "upsample", C_RESIZE, upsample_source },
    { "Reshape", NULL, C_NOTHING, NULL },
    { "DepthToSpace", "pixel_shuffle", C_RESIZE, shuffle_source },
    { "Add", "add", C_ADD, add_source },
    { "AddResized", "add_enlarged", C_ADD_ENLARGED, add_enlarged_source },
    { "LeakyRelu", "leaky_relu", C_VALUES, leaky_relu_source },
    { "Relu", "relu", C_VALUES, relu_source },
    { "Tanh", "tanh", C_VALUES, tanh_source },
    { "Sigmoid", "sigmoid", C_VALUES, sigmoid_source },
    { "Condition", "condition", C_JOIN, condition_source },
};
enum { FUNCTION_COUNT = sizeof functions / sizeof *functions };

const c_function *c_function_nth(int i)
{
    return i < FUNCTION_COUNT ? &functions[i] : NULL;
}

status c_function_of(const net_operator *o, const c_function **f)
{
    const void *row = NULL;
    TRY(operator_row(o, functions, FUNCTION_COUNT, sizeof *functions, "a C header", &row));
    *f = row;
    return STATUS_OK;
}

void c_function_add(text *t, const c_function *f, bool int8)
{
    static const char begin[] = "@(";
    const char *at = f->source, *mark;
    while ((mark = strstr(at, begin))) {
        text_add_bytes(t, at, (size_t)(mark - at));
        mark += strlen(begin);
        const char *end = strchr(mark, ')');
        if (int8)
            text_add_bytes(t, mark, (size_t)(end - mark));
        at = end + 1;
    }
    text_add(t, "%s", at);
}
