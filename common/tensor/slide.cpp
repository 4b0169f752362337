#include "common/tensor/slide.hpp"

#include <iomanip>
#include <sstream>
#include <vector>

#include "common/base/error.hpp"

namespace cnn {

Tensor slide(const std::string& drawing) {
    std::vector<real> values;
    int rows = 0;
    std::istringstream lines{drawing};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream row{line};
        const std::size_t before = values.size();
        for (real value; row >> value;) values.push_back(value);
        if (values.size() > before) ++rows;
    }
    require(rows > 0 && values.size() % std::size_t(rows) == 0, "slide: every row needs as many numbers:\n",
            drawing);
    Tensor t({.h = rows, .w = int(values.size()) / rows});
    std::ranges::copy(values, t.flat().begin());
    return t;
}

Tensor slide_kernel(const std::string& drawing) {
    Tensor t = slide(drawing);
    const Shape s = t.shape();
    return std::move(t).reshaped({.n = s.h, .h = s.w, .w = 1, .c = 1});
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
    const Shape& s = tensor.shape();
    out << s;
    if (s.size() > 2000) return out << " (too many numbers to print)";
    for (int n = 0; n < s.n; ++n)
        for (int c = 0; c < s.c; ++c) {
            out << "\nimage " << n << ", channel " << c;
            for (int h = 0; h < s.h; ++h)
                for (int w = 0; w < s.w; ++w) out << (w ? ' ' : '\n') << std::setw(5) << tensor(n, h, w, c);
        }
    return out;
}

}  // namespace cnn
