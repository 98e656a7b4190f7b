/// Attention block by block, without the matrix of all scores.
@NullMarked
package org.thalweg.autodiff.array.attention;

import org.jspecify.annotations.NullMarked;
