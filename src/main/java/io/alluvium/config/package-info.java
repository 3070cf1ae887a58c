/// The settings of the service, from its file and the environment. Read [io.alluvium.config.ServiceConfig] first;
/// what settings there are stands in [io.alluvium.config.SettingKey].
@NullMarked
package io.alluvium.config;

import org.jspecify.annotations.NullMarked;
