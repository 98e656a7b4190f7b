/// Operations alone, with their gradients or without.
@NullMarked
package org.thalweg.benchmarks.work.operation;

import org.jspecify.annotations.NullMarked;
