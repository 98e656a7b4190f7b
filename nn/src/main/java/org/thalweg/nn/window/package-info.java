/// Convolutions and pooling as layers: what slides over signals and images.
@NullMarked
package org.thalweg.nn.window;

import org.jspecify.annotations.NullMarked;
