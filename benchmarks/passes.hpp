#pragma once
/// @file  A layer's rows: its passes, by whom, for batches of 1 and 16, on one thread and on all.
#include <memory>
#include <string>
#include <vector>

#include "layers.hpp"
#include "race.hpp"

namespace cnn::bench {

/// The tensors of a layer, shared by all who compute it.
struct Problem {
    Layer layer;
    int threads;
    Tensor x, w, b, dy;

    Problem(const Layer& layer, int batch, int threads);
};
using Given = std::shared_ptr<const Problem>;

/// One pass by one contender: naive, optimized or onednn.
using Pass = Work (*)(const std::string& who, const Given& given);

/// A layer's passes; one that is null is left out.
struct Passes {
    Pass forward = nullptr, backward_input = nullptr, backward_weights = nullptr;
};

/// Naive where that ends in about a second, on one thread; onednn where it is installed.
void add_rows(std::vector<Row>& rows, const Layer& layer, const Passes& passes);

/// The work of a call that returns its result.
Work returning(const std::function<Tensor()>& call);
/// The work of a call that writes into memory of the caller's, of that shape.
Work writing(const Shape& shape, const std::function<void(MutableView)>& call);

}  // namespace cnn::bench
