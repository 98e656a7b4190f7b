/// Whole training steps, and steps of optimizers.
@NullMarked
package org.thalweg.benchmarks.work.training;

import org.jspecify.annotations.NullMarked;
