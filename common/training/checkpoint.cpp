#include "common/training/checkpoint.hpp"

#include "common/base/error.hpp"
#include "common/files/safetensors.hpp"

namespace cnn {

namespace {

constexpr const char* parts[] = {"weights/", "velocity/"};

Weights& part(TrainingState& state, std::size_t i) { return i == 0 ? state.weights : state.velocity; }

}  // namespace

void save_checkpoint(const std::filesystem::path& file, const TrainingState& state,
                     const std::string& settings) {
    safetensors::File content;
    TrainingState copy = state;
    for (std::size_t i = 0; i < std::size(parts); ++i)
        for (const auto& [name, tensor] : part(copy, i).tensors()) {
            const Shape& s = tensor.shape();
            content.arrays[parts[i] + name] = {{s.n, s.h, s.w, s.c},
                                               {tensor.flat().begin(), tensor.flat().end()}};
        }
    content.metadata["log"] = to_json(TrainingLog{"", settings, state.history});
    safetensors::write(file, content);
}

TrainingState load_checkpoint(const std::filesystem::path& file, const Graph& graph,
                              const std::string& settings) {
    const safetensors::File content = safetensors::read(file);
    const std::string name = file.string();
    require(content.metadata.contains("log"), name,
            ": this is no checkpoint of a training; name another file");
    const TrainingLog log = parse_log(content.metadata.at("log"), name);
    require(log.settings == settings, name, ": that training has other settings (", log.settings,
            ") than this one (", settings, "); repeat them, or remove the file to start anew");

    TrainingState state{{}, {}, log.epochs};
    for (std::size_t i = 0; i < std::size(parts); ++i)
        for (const auto& [key, array] : content.arrays) {
            if (!key.starts_with(parts[i])) continue;
            const auto& s = array.shape;
            require(s.size() == 4, name, ": \"", key, "\" has ", s.size(), " dimensions; a checkpoint has 4");
            Tensor tensor = Tensor::uninitialized({int(s[0]), int(s[1]), int(s[2]), int(s[3])});
            std::ranges::copy(array.numbers, tensor.flat().begin());
            part(state, i).set(key.substr(std::string(parts[i]).size()), std::move(tensor));
        }
    for (const Parameter& p : graph.parameters()) {
        require(state.weights.has(p.name) && state.weights[p.name].shape() == p.shape, name, ": it has no \"",
                p.name, "\" of ", p.shape, "; it is a checkpoint of another network");
        require(!state.velocity.has(p.name) || state.velocity[p.name].shape() == p.shape, name,
                ": the velocity of \"", p.name, "\" is no ", p.shape, "; remove the file to start anew");
    }
    return state;
}

}  // namespace cnn
