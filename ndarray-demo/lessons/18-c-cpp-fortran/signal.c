#include <stddef.h>

/* The mean of each `window` neighbours, `count - window + 1` of them; 1 where there is no such window. */
int moving_mean(const double *signal, size_t count, size_t window, double *means) {
    if (window == 0 || window > count) {
        return 1;
    }
    for (size_t first = 0; first + window <= count; first++) {
        double sum = 0;
        for (size_t next = 0; next < window; next++) {
            sum += signal[first + next];
        }
        means[first] = sum / (double)window;
    }
    return 0;
}

/* The sum of `count` values that lie `stride` apart, which may be negative. */
double strided_sum(const double *first, size_t count, ptrdiff_t stride) {
    double sum = 0;
    for (size_t index = 0; index < count; index++) {
        sum += first[(ptrdiff_t)index * stride];
    }
    return sum;
}
