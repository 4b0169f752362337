#include "passes.hpp"

#include "onednn.hpp"

namespace cnn::bench {

namespace {

Row row(const Layer& layer, const std::string& name, Pass pass, const Shape& result, int batch, int threads) {
    constexpr std::int64_t naive_flop = 500'000'000;
    Row row{.layer = layer.name,
            .pass = name,
            .batch = batch,
            .threads = threads,
            .flop = layer.flop(batch),
            .bytes = layer.bytes(batch),
            .read = layer.bytes(batch) - result.size() * std::int64_t{sizeof(real)},
            .quick = layer.quick && batch == 1,
            .who = {"optimized"}};
    if (onednn::available()) row.who.emplace_back("onednn");
    if (threads == 1 && row.flop <= naive_flop) row.who.emplace_back("naive");
    row.start = [=] {
        const auto given = std::make_shared<const Problem>(layer, batch, threads);
        return [=](const std::string& who) { return pass(who, given); };
    };
    return row;
}

}  // namespace

Problem::Problem(const Layer& layer, int batch, int threads)
    : layer(layer),
      threads(threads),
      x(integers(layer.input(batch), 1)),
      w(integers(layer.weights(), 2)),
      b(integers({1, 1, 1, layer.filters}, 3)),
      dy(integers(layer.output(batch), 4)) {}

void add_rows(std::vector<Row>& rows, const Layer& layer, const Passes& passes) {
    for (int batch : {1, 16})
        for (int threads : thread_counts()) {
            const auto add = [&](const std::string& name, Pass pass, const Shape& result) {
                if (pass != nullptr) rows.push_back(row(layer, name, pass, result, batch, threads));
            };
            add("forward", passes.forward, layer.output(batch));
            add("backward_input", passes.backward_input, layer.input(batch));
            add("backward_weights", passes.backward_weights, layer.weights());
        }
}

Work returning(const std::function<Tensor()>& call) {
    auto result = std::make_shared<Tensor>();
    return {[=] { *result = call(); }, [=] { return *result; }};
}

Work writing(const Shape& shape, const std::function<void(MutableView)>& call) {
    auto result = std::make_shared<Tensor>(shape);
    return {[=] { call(*result); }, [=] { return *result; }};
}

}  // namespace cnn::bench
