#include "common/files/safetensors_header.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace cnn::safetensors {

using nlohmann::json;

namespace {

class Inspector : public json::json_sax_t {
public:
    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t /*value*/) override { return true; }
    bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
    bool string(string_t& /*text*/) override { return true; }
    bool binary(binary_t& /*bytes*/) override { return true; }
    bool start_object(std::size_t /*size*/) override { return open(); }
    bool start_array(std::size_t /*size*/) override { return open(); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        if (names_.back().insert(name).second) return true;
        fault = (names_.size() == 1 ? "two tensors are called " : "an entry says twice ") +
                safetensors::quoted(name);
        return false;
    }
    bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                     const json::exception& /*error*/) override {
        return false;
    }

    std::string fault;

private:
    // {name: {"dtype": ..., "shape": [...], ...}} is three deep; far deeper is an attack on the stack.
    bool open() {
        names_.emplace_back();
        if (names_.size() > 8) fault = "the header is nested too deeply";
        return fault.empty();
    }
    bool close() {
        names_.pop_back();
        return true;
    }

    std::vector<std::set<std::string>> names_;  // of every object and list that is open
};

}  // namespace

std::string quoted(const std::string& name) {
    std::string text = name.substr(0, 80);
    for (char& letter : text)
        if (std::uint8_t(letter) < ' ' || letter == '\x7f') letter = '?';
    return '"' + text + (name.size() > 80 ? "...\"" : "\"");
}

std::string header_fault(std::string_view header) {
    Inspector inspector;
    json::sax_parse(header, &inspector);
    return inspector.fault;
}

}  // namespace cnn::safetensors
