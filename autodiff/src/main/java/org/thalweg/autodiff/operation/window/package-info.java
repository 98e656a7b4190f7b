/// Convolutions and pooling: operations on windows that slide over signals and images.
@NullMarked
package org.thalweg.autodiff.operation.window;

import org.jspecify.annotations.NullMarked;
