/// Windows that slide over images in primitive arrays: products of patches, means, largest
/// elements.
@NullMarked
package org.thalweg.autodiff.kernel.window;

import org.jspecify.annotations.NullMarked;
