/// Attention as a layer.
@NullMarked
package org.thalweg.nn.attention;

import org.jspecify.annotations.NullMarked;
