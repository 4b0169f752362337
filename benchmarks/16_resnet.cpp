// s-20: ResNet-20's training on small photographs, a batch of 128 at a time.
#include "resnet.hpp"
#include "trainee.hpp"

int main(int argc, char** argv) {
    return cnn::bench::race(argc, argv,
                            cnn::bench::training_rows({
                                .name = "resnet20",
                                .build = [](cnn::Graph& graph) { return cnn::resnet_cifar10(graph, 20); },
                                .batch = 128,
                            }));
}
