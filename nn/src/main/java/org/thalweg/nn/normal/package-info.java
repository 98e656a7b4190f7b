/// Normalisations as layers.
@NullMarked
package org.thalweg.nn.normal;

import org.jspecify.annotations.NullMarked;
