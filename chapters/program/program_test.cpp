// The program as a user runs it: status, standard output, standard error, files.
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/data_folder.hpp"
#include "common/dataset.hpp"
#include "common/temporary_folder.hpp"
#include "common/testing.hpp"
#include "common/whole_file.hpp"

using namespace cnn;

namespace {

struct Outcome {
    int status = 0;
    std::string out, err;
};

/// Runs a line of shell in this folder; $cnn is the program.
Outcome shell_in(const TemporaryFolder& folder, const std::string& line) {
    const TemporaryFolder answers;
    const std::string command = "cnn='" CNN_PROGRAM "'; cd '" + folder.path().string() + "' && { " + line +
                                "; } >'" + (answers / "out").string() + "' 2>'" + (answers / "err").string() +
                                "'";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_whole(answers / "out"),
            read_whole(answers / "err")};
}

Outcome cnn_in(const TemporaryFolder& folder, const std::string& arguments) {
    return shell_in(folder, "\"$cnn\" " + arguments);
}

/// Wrong use: a status other than 0, nothing on standard output, one line on standard error, no file.
std::string complaint(const std::string& arguments, const std::string& before = "") {
    const TemporaryFolder folder;
    const Outcome outcome = shell_in(folder, before + " \"$cnn\" " + arguments);
    CAPTURE(arguments);
    CHECK(outcome.status > 0);
    CHECK(outcome.out == "");
    CHECK(outcome.err.starts_with("cnn: "));
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
    CHECK(outcome.err.ends_with('\n'));
    CHECK(folder.files() == 0);
    return outcome.err.substr(0, outcome.err.size() - 1);
}

/// A data set in the place of Fashion-MNIST: 60 images to train with, 20 to test.
void write_garments(const TemporaryFolder& folder) {
    for (const auto& [part, count] : {std::pair("train", 60), std::pair("t10k", 20)}) {
        const auto header = [&](char rank) { return std::string{0, 0, 8, rank, 0, 0, 0, char(count)}; };
        std::string images = header(3) + std::string{0, 0, 0, 28, 0, 0, 0, 28}, labels = header(1);
        Random random{std::uint64_t(count)};
        for (int i = 0; i < count; ++i) {
            labels += char(i % 10);
            for (int k = 0; k < 28 * 28; ++k)
                images += char(random.below(20) * (k / 28 / 3 == i % 10 ? 12 : 1));
        }
        write_whole(folder / (part + std::string("-images-idx3-ubyte")), images);
        write_whole(folder / (part + std::string("-labels-idx1-ubyte")), labels);
    }
}

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn: help says what there is and succeeds") {
    const TemporaryFolder folder;
    const Outcome all = cnn_in(folder, "--help");
    CHECK(all.status == 0);
    CHECK(all.err == "");
    for (const char* command : {"tour", "summary", "train", "classify"}) {
        CHECK(all.out.find(command) != std::string::npos);
        const Outcome one = cnn_in(folder, command + std::string(" --help"));
        CHECK(one.status == 0);
        CHECK(one.out.find("--threads") != std::string::npos);
    }
}

TEST_CASE("cnn: wrong use is one line and no file") {
    complaint("");
    complaint("fly");
    complaint("tour --fast");
    complaint("tour --threads");
    complaint("tour --threads two");
    CHECK(complaint("tour --threads 0") == "cnn: threads: 0 asked for; at least 1 is needed");
    CHECK(complaint("tour 03", "CNN_THREADS=many") ==
          "cnn: CNN_THREADS is \"many\"; it must be a number of threads, 1 or more");
}

TEST_CASE("cnn tour: an unknown chapter lists those there are") {
    CHECK(complaint("tour 99").starts_with("cnn: tour: there is no chapter 99; there are: 03"));
    CHECK(complaint("tour 03 x").starts_with("cnn: tour: there is no chapter x; there are: 03"));
}

TEST_CASE("cnn tour: a folder that cannot be made is named") {
    CHECK(complaint("tour 03 --out /dev/null/tour")
              .starts_with("cnn: report: cannot make the folder /dev/null/tour"));
}

TEST_CASE("cnn tour: --json is one object on standard output and the page is there") {
    const TemporaryFolder folder;
    const Outcome tour = cnn_in(folder, "tour 3 --quick --json --out here");
    CHECK(tour.status == 0);
    CHECK(tour.err == "");
    const auto result = nlohmann::json::parse(tour.out);
    CHECK(result["numbers_checked"] > 0);
    CHECK(result["numbers_equal"] == result["numbers_checked"]);
    CHECK(result["seconds"] > 0);
    REQUIRE(result["figures"].size() > 0);
    for (const std::string figure : result["figures"]) CHECK(std::filesystem::exists(folder / figure));
    CHECK(std::filesystem::exists(folder / "here/index.html"));
    CHECK(std::filesystem::exists(folder / "here/numbers.doxy"));
}

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
    CHECK(csv.out.starts_with("layer,op,output,window,parameters,multiply-adds"));
    CHECK(csv.out.find("\nconv1,conv2d,28x28x6,5x5,156,117600") != std::string::npos);
}

TEST_CASE("cnn summary: an unknown network lists those there are") {
    CHECK(
        complaint("summary lenet6").starts_with("cnn: there is no network \"lenet6\"; there are: lenet5, "));
    CHECK(complaint("summary lenet5 --json --csv") == "cnn: summary: --json and --csv exclude each other");
    complaint("summary");
}

TEST_CASE("cnn train: one JSON object an epoch and weights and log and curves") {
    const TemporaryFolder folder, garments;
    write_garments(garments);
    const std::string train = "train lenet5 --epochs 3 --batch 10 --json --data " + garments.path().string();
    const Outcome outcome = cnn_in(folder, train + " --out a");
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    std::istringstream lines(outcome.out);
    int epochs = 0;
    for (std::string line; std::getline(lines, line);)
        CHECK(nlohmann::json::parse(line)["epoch"] == ++epochs);
    CHECK(epochs == 3);
    for (const char* file :
         {"a/lenet5.safetensors", "a/lenet5.json", "a/lenet5_curves.svg", "a/lenet5_confusion.svg"})
        CHECK(std::filesystem::exists(folder / file));
    CHECK_FALSE(std::filesystem::exists(folder / "a/lenet5.checkpoint"));

    // Same seed, same bits, on one thread or three; another seed, others.
    cnn_in(folder, train + " --out b --threads 1");
    cnn_in(folder, train + " --out c --threads 3");
    cnn_in(folder, train + " --out d --seed 2");
    const std::string weights = read_whole(folder / "a/lenet5.safetensors");
    CHECK(read_whole(folder / "b/lenet5.safetensors") == weights);
    CHECK(read_whole(folder / "c/lenet5.safetensors") == weights);
    CHECK(read_whole(folder / "d/lenet5.safetensors") != weights);
}

TEST_CASE("cnn train: killed and run again it ends with the same bits") {
    const TemporaryFolder folder, garments;
    write_garments(garments);
    const std::string train = "train lenet5 --epochs 30 --batch 10 --data " + garments.path().string();
    CHECK(cnn_in(folder, train + " --out straight").status == 0);

    // Kill it as soon as there is a checkpoint.
    shell_in(folder, "\"$cnn\" " + train +
                         " --out broken & "
                         "for i in $(seq 2000); do [ -e broken/lenet5.checkpoint ] && break; sleep 0.005; "
                         "done; kill -9 $!");
    REQUIRE(std::filesystem::exists(folder / "broken/lenet5.checkpoint"));
    CHECK_FALSE(std::filesystem::exists(folder / "broken/lenet5.safetensors"));
    const Outcome other = cnn_in(folder, train + " --out broken --rate 0.5");
    CHECK(other.status == 1);
    CHECK(other.err.find("other settings") != std::string::npos);
    const Outcome again = cnn_in(folder, train + " --out broken");
    CHECK(again.status == 0);
    CHECK(again.out.find("going on from broken/lenet5.checkpoint") != std::string::npos);
    CHECK(again.out.find("epoch  1/30") == std::string::npos);
    CHECK(read_whole(folder / "broken/lenet5.safetensors") ==
          read_whole(folder / "straight/lenet5.safetensors"));
}

TEST_CASE("cnn train: wrong use is one line that names the remedy") {
    CHECK(
        complaint("train resnet50").starts_with("cnn: train: cannot train \"resnet50\"; there are: lenet5"));
    CHECK(complaint("train lenet5 --data /nowhere") ==
          "cnn: Fashion-MNIST: there is no /nowhere/train-images-idx3-ubyte.gz; install it with `apt-get "
          "install "
          "dataset-fashion-mnist`, or name its folder with --data");
    CHECK(complaint("train lenet5 --epochs 0") == "cnn: train: --epochs 0; it must be at least 1");
    CHECK(complaint("train lenet5 --rate nan") == "cnn: train: --rate nan; it must be above 0");
    CHECK(complaint("train lenet5 --momentum 1").starts_with("cnn: train: --momentum 1"));
    const TemporaryFolder garments;
    write_garments(garments);
    CHECK(complaint("train lenet5 --out /dev/null/x --data " + garments.path().string()) ==
          "cnn: train: cannot make the folder /dev/null/x: Not a directory; choose another with --out");
}

TEST_CASE("cnn classify: the most probable classes of a picture and of a test image") {
    const TemporaryFolder folder, garments;
    write_garments(garments);
    const std::string data = " --data " + garments.path().string();
    CHECK(cnn_in(folder, "train lenet5 --epochs 1" + data).status == 0);
    const std::string classify = " --net lenet5 --weights build/train/lenet5.safetensors --json" + data;
    for (const std::string& picture : {(data_folder() / "chelsea.png").string(), std::string("19")}) {
        const Outcome outcome = cnn_in(folder, "classify " + picture + classify + " --top 10");
        CHECK(outcome.status == 0);
        CHECK(outcome.err == "");
        const auto result = nlohmann::json::parse(outcome.out);
        CHECK(result["net"] == "lenet5");
        CHECK(result["image"] == picture);
        REQUIRE(result["top"].size() == 10);
        double sum = 0, last = 1;
        for (const auto& entry : result["top"]) {
            CHECK(entry["label"] == fashion_mnist_classes().at(entry["class"].get<std::size_t>()));
            CHECK(entry["probability"] <= last);
            sum += last = entry["probability"].get<double>();
        }
        CHECK(sum == doctest::Approx(1));
    }

    // Labels of the user's own, a WordNet number in front or not.
    write_whole(folder / "ten", "n01440764 tench, fish\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
    const Outcome named = cnn_in(folder, "classify 3 --top 10 --labels ten" + classify);
    CHECK(named.out.find("\"tench, fish\"") != std::string::npos);
    write_whole(folder / "two", "a\nb\n");
    CHECK(cnn_in(folder, "classify 3 --labels two" + classify).err ==
          "cnn: two has 2 lines; lenet5 has 10 classes\n");
    CHECK(cnn_in(folder, "classify 20" + classify).err ==
          "cnn: classify: there is no test image 20; they are numbered 0 to 19\n");
    CHECK(cnn_in(folder, "classify none.png" + classify).err ==
          "cnn: cannot read none.png: No such file or directory\n");
    CHECK(cnn_in(folder, "classify ten" + classify)
              .err.starts_with("cnn: ten: not a PNG or JPEG that can be read"));
    CHECK(
        cnn_in(folder, "classify 3 --net lenet5_1998 --weights build/train/lenet5.safetensors" + data).err ==
        "cnn: build/train/lenet5.safetensors: there is no \"c1.weight\"; are these the weights of this "
        "network?\n");
}

TEST_CASE("cnn classify: missing weights and unknown networks are named") {
    CHECK(complaint("classify 3 --net lenet5 --weights none") ==
          "cnn: cannot read none: No such file or directory");
    CHECK(complaint("classify 3 --net lenet5", "CNN_DATA=/nowhere") ==
          "cnn: classify: there are no weights /nowhere/lenet5.safetensors; name a file with --weights, such "
          "as one "
          "that `cnn train` wrote");
    complaint("classify 3 --net none");
    complaint("classify");
    complaint("classify 3 --net lenet5 --top 0");
}

TEST_CASE("cnn: a full standard output is an error") {
    if (!std::filesystem::exists("/dev/full")) return;
    const TemporaryFolder folder;
    const Outcome full = shell_in(folder, "\"$cnn\" summary lenet5 >/dev/full");
    CHECK(full.status == 1);
    CHECK(full.err == "cnn: cannot write to standard output\n");
}

TEST_SUITE_END();
