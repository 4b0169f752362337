// Networks counted, as a user asks for it.
#include <sys/resource.h>

#include <nlohmann/json.hpp>

#include "common/book/chapter.hpp"
#include "program/session.hpp"

using namespace cnn;
using namespace cnn::session;

namespace {

nlohmann::json json_of(const std::string& arguments) {
    const TemporaryFolder folder;
    const Outcome outcome = cnn_in(folder, arguments + " --json");
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    return nlohmann::json::parse(outcome.out);
}

/// Processor time of all programs run so far, in seconds.
[[maybe_unused]] double seconds_of_children() {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    return double(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * double(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn summary: LeNet-5 has 61706 parameters and 416520 multiply-adds") {
    const TemporaryFolder folder;
    const Outcome summary = cnn_in(folder, "summary lenet5 --json");
    CHECK(summary.status == 0);
    CHECK(summary.err == "");
    const auto net = nlohmann::json::parse(summary.out);
    CHECK(net["net"] == "lenet5");
    CHECK(net["input"] == nlohmann::json{28, 28, 1});
    CHECK(net["parameters"] == 61'706);
    CHECK(net["multiply_adds"] == 416'520);
    std::int64_t parameters = 0, multiply_adds = 0;
    for (const auto& layer : net["layers"]) {
        parameters += layer["parameters"].get<std::int64_t>();
        multiply_adds += layer["multiply_adds"].get<std::int64_t>();
        if (layer["name"] == "conv2") {
            CHECK(layer["op"] == "conv2d");
            CHECK(layer["output"] == nlohmann::json{10, 10, 16});
            CHECK(layer["receptive_field"] == 14);
            CHECK(layer["jump"] == 2);
            CHECK(layer["memory"] == 10 * 10 * 16 * 4);
        }
    }
    CHECK(parameters == 61'706);
    CHECK(multiply_adds == 416'520);
}

TEST_CASE("cnn summary: LeNet-5 of 1998 has 60000 parameters that learn (H4)") {
    const TemporaryFolder folder;
    const auto net = nlohmann::json::parse(cnn_in(folder, "summary lenet5_1998 --json").out);
    CHECK(net["trainable"] == 60'000);
}

TEST_CASE("cnn summary: as a table and as comma-separated values") {
    const TemporaryFolder folder;
    const Outcome table = cnn_in(folder, "summary lenet5"), csv = cnn_in(folder, "summary lenet5 --csv");
    CHECK(table.status == 0);
    CHECK(table.out.find("61,706 parameters") != std::string::npos);
    CHECK(csv.out.starts_with("layer,op,output,window,parameters,multiply-adds,field,jump,memory\n"));
    CHECK(csv.out.find("\nconv1,conv2d,28x28x6,5x5,156,117600,5,1,18816\n") != std::string::npos);
}

TEST_CASE("cnn summary: an unknown network gets the nearest names") {
    CHECK(complaint("summary lenet6")
              .starts_with("cnn: there is no network \"lenet6\"; the nearest names are: lenet5, "));
    CHECK(complaint("summary lenet5 --json --csv") == "cnn: summary: --json and --csv exclude each other");
}

TEST_CASE("cnn summary: without a name every network gets its line") {
    const TemporaryFolder folder;
    const Outcome list = cnn_in(folder, "summary");
    CHECK(list.status == 0);
    CHECK(std::ranges::count(list.out, '\n') == std::ptrdiff_t(networks().size()) + 1);
    for (const Network& net : networks()) CHECK(list.out.find('\n' + net.name + ' ') != std::string::npos);
    CHECK(json_of("summary")["networks"].size() == networks().size());
    CHECK(complaint("summary --input 32") ==
          "cnn: summary: which network? --input, --classes, --depth and --draw need one");
}

TEST_CASE("cnn summary: modules can be closed, and the whole stays the whole") {
    const auto all = json_of("summary vgg16"), closed = json_of("summary vgg16 --depth 1");
    CHECK(all["parameters"] == 138'357'544);
    CHECK(all["multiply_adds"] == 15'470'264'320);
    CHECK(all["parameter_bytes"] == 4 * 138'357'544LL);
    REQUIRE(closed["layers"].size() == 4);
    const auto& features = closed["layers"][1];
    CHECK(features["name"] == "features");
    CHECK(features["op"] == "module");
    CHECK(features["output"] == nlohmann::json{7, 7, 512});
    CHECK(features["parameters"] == 14'714'688);
    CHECK(features["receptive_field"] == 212);
    CHECK(features["jump"] == 32);
    for (const auto& net : {all, closed}) {
        std::int64_t parameters = 0, memory = 0;
        for (const auto& layer : net["layers"]) {
            parameters += layer["parameters"].get<std::int64_t>();
            memory += layer["memory"].get<std::int64_t>();
        }
        CHECK(parameters == net["parameters"]);
        CHECK(memory == net["activation_bytes"]);
        CHECK(memory == 4 * net["activations"].get<std::int64_t>());
    }
}

TEST_CASE("cnn summary: other pictures and other classes") {
    const auto small = json_of("summary vgg16 --input 32 --classes 7");
    CHECK(small["input"] == nlohmann::json{32, 32, 3});
    CHECK(small["classes"] == 7);
    CHECK(small["parameters"] == 14'714'688 + (512 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 7);
    CHECK(complaint("summary vgg16 --classes 0") ==
          "cnn: summary: --classes 0; it must be from 1 to 1000000");
    CHECK(complaint("summary vgg16 --classes=-3") ==
          "cnn: summary: --classes -3; it must be from 1 to 1000000");
    CHECK(complaint("summary vgg16 --input 0") == "cnn: summary: --input 0; it must be from 1 to 65536");
    CHECK(complaint("summary vgg16 --depth 0").starts_with("cnn: summary: --depth 0;"));
    complaint("summary vgg16 --input 99999999999");
    const std::string small_picture = complaint("summary lenet5 --input 9");
    CHECK(small_picture.starts_with("cnn: lenet5: a picture of 9 pixels a side is too small (conv2: "));
    CHECK(small_picture.ends_with("); it takes 12 or more"));
    CHECK(complaint("summary vgg16 --input 8").ends_with("; it takes 32 or more"));
}

TEST_CASE("cnn summary: graphviz draws modules as frames and without it one line says so") {
    CHECK(complaint("summary vgg16 --draw net.svg", "PATH=/nowhere") ==
          "cnn: figure: cannot run dot to draw net.svg; install it with `apt-get install graphviz`");
    const TemporaryFolder folder;
    if (shell_in(folder, "command -v dot >/dev/null").status != 0) return;
    CHECK(cnn_in(folder, "summary vgg16 --draw net.svg --depth 1").status == 0);
    CHECK(cnn_in(folder, "summary vgg16 --draw 'all of it.svg'").status == 0);
    CHECK(folder.files() == 2);
    const std::string closed = read_whole(folder / "net.svg"), open = read_whole(folder / "all of it.svg");
    CHECK(closed.find("cluster") == std::string::npos);
    CHECK(closed.find("14,714,688 parameters") != std::string::npos);
    CHECK(open.find("class=\"cluster\"") != std::string::npos);
    CHECK(open.find("224x224x64") != std::string::npos);
}

#ifdef NDEBUG
TEST_CASE("cnn summary: any network takes less than 50 ms and no weights") {
    const TemporaryFolder folder;
    for (const Network& net : networks()) {
        CAPTURE(net.name);
        const double before = seconds_of_children();
        const Outcome small = shell_in(folder, "ulimit -v 200000; \"$cnn\" summary " + net.name);
        CHECK(seconds_of_children() - before < 0.05);
        CHECK(small.status == 0);
    }
    CHECK(shell_in(folder, "ulimit -v 200000; \"$cnn\" summary").status == 0);
}
#endif

TEST_SUITE_END();
