// s-06: padding moves numbers and computes none, so its ceiling is bandwidth; oneDNN has no such layer.
#include <string>

#include "layers.hpp"
#include "padding.hpp"
#include "race.hpp"

namespace {

using namespace cnn;
using bench::Row, bench::Work;

constexpr PaddingMode modes[] = {PaddingMode::constant, PaddingMode::replicate, PaddingMode::symmetric,
                                 PaddingMode::reflect, PaddingMode::circular};

Row row(PaddingMode mode, Shape shape, int threads) {
    const Padding padding{.sides = 3, .mode = mode};
    Row row{.layer = "pad3." + std::string(name(mode)) + '_' + std::to_string(shape.c) + '_' +
                     std::to_string(shape.h),
            .pass = "forward",
            .batch = shape.n,
            .threads = threads,
            .bytes = std::int64_t{sizeof(real)} * (shape.size() + padded_shape(shape, padding).size()),
            .quick = shape.c == 64,
            .who = {"optimized"}};
    if (threads == 1) row.who.emplace_back("naive");
    row.start = [=] {
        const auto x = std::make_shared<const Tensor>(bench::integers(shape, 1));
        return [=](const std::string& who) -> Work {
            auto y = std::make_shared<Tensor>(padded_shape(shape, padding));
            if (who == "naive") return {[=] { *y = naive::pad(*x, padding); }, [=] { return *y; }};
            return {[=] { optimized::pad_into(*x, padding, *y); }, [=] { return *y; }};
        };
    };
    return row;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Row> rows;
    for (PaddingMode mode : modes)
        for (Shape shape : {Shape{1, 224, 224, 3}, Shape{1, 56, 56, 64}, Shape{16, 56, 56, 64}})
            for (int threads : bench::thread_counts()) rows.push_back(row(mode, shape, threads));
    return bench::race(argc, argv, rows);
}
