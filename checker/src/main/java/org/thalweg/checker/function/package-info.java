/// A function at a point: its inputs, its values and gradients, what it applies and decides on the
/// way, and the laws that its gradients obey without any differences.
@NullMarked
package org.thalweg.checker.function;

import org.jspecify.annotations.NullMarked;
