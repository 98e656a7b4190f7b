/// Arrays under sliding windows: convolutions, means, largest elements.
@NullMarked
package org.thalweg.autodiff.array.window;

import org.jspecify.annotations.NullMarked;
