#pragma once
/// @file  s-04, s-10: LeNet-5, a whole convolutional neural network, as it is written today and as it was in
/// 1998.
#include "common/graph/graph.hpp"
#include "common/training/training.hpp"
#include "dense.hpp"
#include "lenet_1998/lenet_1998.hpp"
#include "loss/loss.hpp"

namespace cnn {

/// A node of scale * x + shift with two constants: how a network likes its pixels.
Node rescale(Node x, double scale, double shift, std::string name = "");
/// A node of tanh x: what networks squashed with before ReLU.
Node tanh(Node x, std::string name = "");

/// Fashion-MNIST's pixels from 0 to 1 have this mean and standard deviation over its 60,000 training images.
inline constexpr double garment_mean = 0.2860, garment_deviation = 0.3530;

/// The dense LeNet-5 of today: convolutions of 5x5 with ReLU, max pooling, three dense layers, softmax.
/// 61,706 parameters, 416,520 multiply-adds.  Nodes: image, conv1, pool1, conv2, pool2, fc1, fc2, fc3 (the
/// logits), probabilities, labels, loss.  The image is 28x28 with values from 0 to 1; another side and
/// another number of classes change fc1 and fc3 alone.
Classifier lenet5(Graph& graph, int side = 28, int classes = 10);

/// The end of a classifier that is trained, as lenet5 writes it out: labels, loss and probabilities of the
/// logits.
Classifier with_loss(Node image, Node logits);

/// LeNet-5 as published: 60,000 trainable parameters.  Nodes: image, c1, s2, c3, s4, c5, f6, output (squared
/// distances), scores (their negatives), labels, loss.
Classifier lenet5_1998(Graph& graph);

/// How `cnn train` and `make train` train them unless told otherwise.
TrainingOptions lenet5_training();
TrainingOptions lenet5_1998_training();

}  // namespace cnn
