#include "common/files/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/error.hpp"
#include "common/files/half.hpp"
#include "common/files/safetensors_header.hpp"
#include "common/files/whole_file.hpp"

namespace cnn::safetensors {

static_assert(std::endian::native == std::endian::little, "the file's numbers are little-endian");

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// The format's own limit; a header is some hundred bytes a tensor.
constexpr std::uint64_t longest_header = 100'000'000;

/// Bytes of one number, 0 for a type that the format does not know.
std::uint64_t bytes_of(const std::string& type) {
    static const std::map<std::string, std::uint64_t> all = {
        {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1},
        {"U16", 2},  {"I16", 2}, {"F16", 2}, {"BF16", 2},    {"U32", 4},
        {"I32", 4},  {"F32", 4}, {"U64", 8}, {"I64", 8},     {"F64", 8}};
    const auto found = all.find(type);
    return found == all.end() ? 0 : found->second;
}

std::vector<float> widened(const std::string& type, const char* from, std::size_t count) {
    std::vector<float> numbers(count);
    if (count == 0) return numbers;
    if (type == "F32") {
        std::memcpy(numbers.data(), from, count * sizeof(float));
        return numbers;
    }
    if (type == "F64") {
        for (float& number : numbers) {
            double wide;
            std::memcpy(&wide, from, sizeof wide);
            from += sizeof wide;
            number = float(wide);
        }
        return numbers;
    }
    for (float& number : numbers) {
        std::uint16_t bits;
        std::memcpy(&bits, from, sizeof bits);
        from += sizeof bits;
        number = type == "F16" ? half::widened_f16(bits) : half::widened_bf16(bits);
    }
    return numbers;
}

/// Whether a shape has so many numbers; no product that could leave 64 bits is formed.
bool holds(const std::vector<std::int64_t>& shape, std::size_t numbers) {
    if (std::ranges::any_of(shape, [](std::int64_t length) { return length < 0; })) return false;
    if (std::ranges::count(shape, 0) > 0) return numbers == 0;
    std::uint64_t left = numbers;
    for (const std::int64_t length : shape) {
        if (left % std::uint64_t(length) != 0) return false;
        left /= std::uint64_t(length);
    }
    return left == 1;
}

/// "[2, 3]"
std::string printed(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (const std::int64_t length : shape) text += (text == "[" ? "" : ", ") + std::to_string(length);
    return text + ']';
}

/// Reads one file; every complaint begins with its name.
class Reader {
public:
    explicit Reader(const fs::path& file) : name_(file.string()), bytes_(read_whole(file)) {}

    File read() {
        const json header = parse_header();
        File content;
        for (const auto& [name, value] : header.items())
            if (name == "__metadata__")
                read_metadata(value, content);
            else
                read_array(name, value, content);
        refuse_overlaps_and_holes();
        return content;
    }

    std::map<std::string, std::string> metadata() {
        const json header = parse_header();
        File content;
        if (header.contains("__metadata__")) read_metadata(header["__metadata__"], content);
        return content.metadata;
    }

private:
    template <class... Parts>
    void must(bool holds, const Parts&... parts) const {
        require(holds, name_, ": ", parts...);
    }

    json parse_header() {
        must(bytes_.size() >= 8, "too short for a safetensors file (", bytes_.size(), " bytes)");
        std::uint64_t length;
        std::memcpy(&length, bytes_.data(), sizeof length);
        must(length <= bytes_.size() - 8, "the header claims ", length, " bytes, but the file has only ",
             bytes_.size() - 8, " more; it is truncated or no safetensors file");
        must(length <= longest_header, "the header claims ", length, " bytes; at most ", longest_header,
             " are allowed");
        data_ = bytes_.data() + 8 + length;
        data_size_ = bytes_.size() - 8 - length;

        const std::string fault = header_fault({data_ - length, std::size_t(length)});
        must(fault.empty(), fault);
        json header;
        try {
            header = json::parse(data_ - length, data_);
        } catch (const json::parse_error& error) {
            must(false, "the header is no JSON (at its byte ", error.byte, ")");
        } catch (const json::exception&) {
            must(false, "a number of the header is out of range");
        }
        must(header.is_object(), "the header is no JSON object");
        must(*(data_ - length) == '{',
             "the header begins with something else than {, such as a byte order mark");
        return header;
    }

    void read_metadata(const json& value, File& content) const {
        must(value.is_object(), "__metadata__ is no JSON object");
        for (const auto& [key, text] : value.items()) {
            must(text.is_string(), "__metadata__: ", quoted(key), " is no text");
            content.metadata[key] = text.get<std::string>();
        }
    }

    void read_array(const std::string& name, const json& value, File& content) {
        const std::string who = quoted(name);
        must(value.is_object() && value.contains("dtype") && value.contains("shape") &&
                 value.contains("data_offsets"),
             who, " lacks dtype, shape or data_offsets");
        must(value["dtype"].is_string(), who, ": dtype is no text");
        const std::string type = value["dtype"].get<std::string>();
        const std::uint64_t bytes = bytes_of(type);

        Array array;
        std::uint64_t count = 1;
        must(value["shape"].is_array(), who, ": shape is no list");
        for (const json& length : value["shape"]) {
            must(length.is_number_unsigned(), who, ": a length of the shape is no number 0, 1, 2, ...");
            const auto n = length.get<std::uint64_t>();
            must(n <= std::uint64_t(std::numeric_limits<std::int64_t>::max()) &&
                     (n == 0 || count <= std::numeric_limits<std::uint64_t>::max() / 8 / n),
                 who, ": the shape needs more numbers than the file holds");
            count *= n;
            array.shape.push_back(std::int64_t(n));
        }

        const json& offsets = value["data_offsets"];
        must(offsets.is_array() && offsets.size() == 2 && offsets[0].is_number_unsigned() &&
                 offsets[1].is_number_unsigned(),
             who, ": data_offsets are no two numbers 0, 1, 2, ...");
        const auto begin = offsets[0].get<std::uint64_t>(), end = offsets[1].get<std::uint64_t>();
        must(begin <= end && end <= data_size_, who, ": data_offsets ", begin, " to ", end,
             " are outside of the ", data_size_, " bytes of data");
        must(bytes == 0 || count * bytes == end - begin, who, ": the shape needs ", count * bytes,
             " bytes of ", type, ", data_offsets give ", end - begin);
        if (begin < end) ranges_.push_back({begin, end});

        if (type == "F32" || type == "F16" || type == "BF16" || type == "F64") {
            if (type == "F64") content.rounded.push_back(name);
            array.numbers = widened(type, data_ + begin, std::size_t(count));
            content.arrays[name] = std::move(array);
        } else {
            content.others[name] = type;
        }
    }

    void refuse_overlaps_and_holes() {
        std::ranges::sort(ranges_);
        std::uint64_t end = 0;
        for (const auto& [first, last] : ranges_) {
            must(end <= first, "two tensors overlap at byte ", first, " of the data");
            must(end == first, "no tensor has the bytes ", end, " to ", first, " of the data");
            end = last;
        }
        must(end == data_size_, "no tensor has the bytes ", end, " to ", data_size_, " of the data");
    }

    std::string name_, bytes_;
    const char* data_ = nullptr;
    std::uint64_t data_size_ = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges_;
};

}  // namespace

File read(const fs::path& file) { return Reader(file).read(); }

std::map<std::string, std::string> read_metadata(const fs::path& file) { return Reader(file).metadata(); }

void write(const fs::path& file, const File& content, Type type) {
    json header = json::object();
    if (!content.metadata.empty()) header["__metadata__"] = content.metadata;
    std::string data;
    const auto append = [&data](const auto* numbers, std::size_t count) {
        data.append(reinterpret_cast<const char*>(numbers), count * sizeof *numbers);
    };
    for (const auto& [name, array] : content.arrays) {
        require(holds(array.shape, array.numbers.size()), file.string(), ": ", quoted(name), " has ",
                array.numbers.size(), " numbers, its shape ", printed(array.shape), " needs others");
        const std::size_t begin = data.size();
        if (type == Type::f32)
            append(array.numbers.data(), array.numbers.size());
        else
            for (const float number : array.numbers) {
                const std::uint16_t bits = half::narrowed_f16(number);
                require(std::isinf(number) || (bits & 0x7FFF) != 0x7C00, file.string(), ": ", quoted(name),
                        " holds ", number, ", and F16 ends at ", half::most_f16, "; save it as F32");
                append(&bits, 1);
            }
        header[name] = {{"dtype", type == Type::f32 ? "F32" : "F16"},
                        {"shape", array.shape},
                        {"data_offsets", {begin, data.size()}}};
    }

    // Blanks after the header let the numbers start at a multiple of eight bytes.
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    const std::uint64_t length = text.size();
    std::string bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    write_whole(file, bytes + text + data);
}

}  // namespace cnn::safetensors
