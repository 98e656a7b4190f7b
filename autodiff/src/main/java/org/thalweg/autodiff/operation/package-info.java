/// The operations on tensors by family, and what a user needs to write another.
@NullMarked
package org.thalweg.autodiff.operation;

import org.jspecify.annotations.NullMarked;
