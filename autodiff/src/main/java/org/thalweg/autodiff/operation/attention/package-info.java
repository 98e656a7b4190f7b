/// Scaled dot-product attention.
@NullMarked
package org.thalweg.autodiff.operation.attention;

import org.jspecify.annotations.NullMarked;
