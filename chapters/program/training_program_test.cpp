// Training and classifying, as a user runs them.
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/files/data_folder.hpp"
#include "common/files/dataset.hpp"
#include "program/session.hpp"

using namespace cnn;
using namespace cnn::session;

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn train: one JSON object an epoch and weights and log and curves") {
    const TemporaryFolder folder, garments;
    write_garments(garments);
    const std::string train =
        "train lenet5 --epochs 3 --batch 10 --json --data " + shell_quoted(garments.path());
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
    const std::string train = "train lenet5 --epochs 30 --batch 10 --data " + shell_quoted(garments.path());
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

TEST_CASE("cnn train: Ctrl-C says how to go on, and what has ended is not written over without a word") {
    const TemporaryFolder folder, garments;
    write_garments(garments);
    const std::string data = " --batch 1 --data " + shell_quoted(garments.path());
    const Outcome stopped = shell_in(
        folder,
        "\"$cnn\" train lenet5 --epochs 10000" + data +
            " --out a & for i in $(seq 2000); do [ -e a/lenet5.checkpoint ] && break; sleep 0.005; done; "
            "kill -INT $!; wait $!");
    CHECK(stopped.status == 1);
    CHECK(stopped.err.starts_with("cnn: train: interrupted in epoch "));
    CHECK(stopped.err.ends_with(
        "; the same command goes on after the epoch before, from a/lenet5.checkpoint\n"));

    const std::string train = "train lenet5 --epochs 1 --out b" + data;
    const Outcome ended = cnn_in(folder, train);
    CHECK(ended.status == 0);
    CHECK(ended.err == "");  // curves of one epoch are points, and gnuplot has nothing to say
    const std::string weights = read_whole(folder / "b/lenet5.safetensors");
    CHECK(cnn_in(folder, train + " --seed 7").err ==
          "cnn: train: b/lenet5.safetensors is there, from a training that ended; name another folder with "
          "--out, "
          "or say --replace\n");
    CHECK(read_whole(folder / "b/lenet5.safetensors") == weights);
    CHECK(cnn_in(folder, train + " --seed 7 --replace").status == 0);
    CHECK(read_whole(folder / "b/lenet5.safetensors") != weights);
}

TEST_CASE("cnn train: wrong use is one line that names the remedy") {
    CHECK(complaint("train lenet")
              .starts_with("cnn: there is no network \"lenet\"; the nearest names are: lenet5"));
    CHECK(complaint("train lenet5 --data /nowhere") ==
          "cnn: Fashion-MNIST: there is no /nowhere/train-images-idx3-ubyte.gz; install it with `apt-get "
          "install "
          "dataset-fashion-mnist`, or name its folder with --data");
    CHECK(complaint("train lenet5 --epochs 0") == "cnn: train: --epochs 0; it must be at least 1");
    for (const char* seed : {"-1", "18446744073709551616", "two", "1.5"})
        CHECK(complaint("train lenet5 --seed=" + std::string(seed)) ==
              "cnn: train: --seed " + std::string(seed) +
                  "; it must be a whole number from 0 to 18446744073709551615");
    CHECK(complaint("train lenet5 --rate nan") == "cnn: train: --rate nan; it must be above 0");
    CHECK(complaint("train lenet5 --momentum 1").starts_with("cnn: train: --momentum 1"));
    const TemporaryFolder garments;
    write_garments(garments);
    CHECK(complaint("train lenet5 --out /dev/null/x --data " + shell_quoted(garments.path())) ==
          "cnn: train: cannot make the folder /dev/null/x: Not a directory; choose another with --out");
}

TEST_CASE("cnn classify: the most probable classes of a picture and of a test image") {
    const TemporaryFolder folder, garments;
    write_garments(garments);
    const std::string data = " --data " + shell_quoted(garments.path());
    CHECK(cnn_in(folder, "train lenet5 --epochs 1" + data).status == 0);
    const std::string classify = " --net lenet5 --weights build/train/lenet5.safetensors --json" + data;
    for (const std::string& picture : {(data_folder() / "chelsea.png").string(), std::string("19")}) {
        const Outcome outcome = cnn_in(folder, "classify " + shell_quoted(picture) + classify + " --top 10");
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
    const Outcome others =
        cnn_in(folder, "classify 3 --net lenet5_1998 --weights build/train/lenet5.safetensors" + data);
    CHECK(others.status == 1);
    CHECK(std::ranges::count(others.err, '\n') == 1);
    CHECK(others.err.starts_with(
        "cnn: build/train/lenet5.safetensors: these are not the weights of this network"));
    for (const char* name :
         {"are missing: \"c1.weight\" (nearest there: ", "are not its own: \"conv1.bias\""})
        CHECK(others.err.find(name) != std::string::npos);
}

TEST_SUITE_END();
