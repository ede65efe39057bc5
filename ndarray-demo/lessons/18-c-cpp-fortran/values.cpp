#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

static double median_of(std::vector<double> values) {
    if (values.empty()) {
        throw std::invalid_argument("the median of no values");
    }
    // NaN has no place in an order: sorted, it would lead the algorithm out of the vector.
    const auto nan = std::find_if(values.begin(), values.end(), [](double value) { return std::isnan(value); });
    if (nan != values.end()) {
        return *nan;
    }
    const auto middle = values.begin() + values.size() / 2;
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) {
        return *middle;
    }
    return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

/* Sorts the values where they lie, puts each once in front, and returns how many these are. */
extern "C" std::size_t sort_unique(std::int64_t *values, std::size_t count) noexcept {
    std::sort(values, values + count);
    return std::unique(values, values + count) - values;
}

/* The median; 1 where there is none. No exception may leave C++. */
extern "C" int median(const double *values, std::size_t count, double *result) noexcept {
    try {
        *result = median_of({values, values + count});
        return 0;
    } catch (const std::exception &) {
        return 1;
    }
}
