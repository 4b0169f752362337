// Prints this machine's roofline, for one thread and for all.
#include <iostream>

#include "ceiling.hpp"
#include "common/machine/parallel.hpp"

int main() {
    std::vector<cnn::bench::Ceiling> ceilings;
    const int all = cnn::threads();
    for (int threads : {1, all})
        if (threads != 1 || ceilings.empty()) ceilings.push_back(cnn::bench::measure_ceiling(threads));
    std::cout << cnn::bench::roofline(ceilings);
}
