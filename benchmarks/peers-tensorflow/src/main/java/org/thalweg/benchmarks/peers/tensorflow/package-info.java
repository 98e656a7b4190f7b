/// TensorFlow Java, on a class path of its own.
@NullMarked
package org.thalweg.benchmarks.peers.tensorflow;

import org.jspecify.annotations.NullMarked;
