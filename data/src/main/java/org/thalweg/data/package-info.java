/// Data for training: samples by index, mini-batches in an order that a seed decides, and the IDX
/// files of MNIST.
@NullMarked
package org.thalweg.data;

import org.jspecify.annotations.NullMarked;
