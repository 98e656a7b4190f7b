/// Checks gradients: what an operation or a model says its derivatives are, against differences.
@NullMarked
package org.thalweg.checker;

import org.jspecify.annotations.NullMarked;
