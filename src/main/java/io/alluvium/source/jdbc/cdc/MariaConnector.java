package io.alluvium.source.jdbc.cdc;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import io.debezium.config.CommonConnectorConfig;
import io.debezium.config.Configuration;
import io.debezium.connector.mariadb.MariaDbChangeEventSourceFactory;
import io.debezium.connector.mariadb.MariaDbConnector;
import io.debezium.connector.mariadb.MariaDbConnectorTask;
import io.debezium.connector.mariadb.MariaDbOffsetContext;
import io.debezium.connector.mariadb.MariaDbPartition;
import io.debezium.pipeline.ChangeEventSourceCoordinator;
import java.lang.reflect.Field;

/// The engine's connector for MariaDB, with its client watched. Made by the engine.
@SuppressWarnings("unchecked") // A method of the engine overrides another one so.
public final class MariaConnector extends MariaDbConnector {

    @Override
    public Class<? extends org.apache.kafka.connect.connector.Task> taskClass() {
        return Task.class;
    }

    /// Made by the engine.
    public static final class Task extends MariaDbConnectorTask {

        @Override
        protected ChangeEventSourceCoordinator<MariaDbPartition, MariaDbOffsetContext> start(
                Configuration configuration) {
            ChangeEventSourceCoordinator<MariaDbPartition, MariaDbOffsetContext> started = super.start(configuration);
            LogWatch.attach(configuration.getString(CommonConnectorConfig.TOPIC_PREFIX), client(started));
            return started;
        }

        /// The engine has no way to ask for it before it connects.
        private static BinaryLogClient client(ChangeEventSourceCoordinator<?, ?> started) {
            try {
                Object factory = value(ChangeEventSourceCoordinator.class, "changeEventSourceFactory", started);
                return (BinaryLogClient) value(MariaDbChangeEventSourceFactory.class, "binaryLogClient", factory);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("the engine has no client where it had one", e);
            }
        }

        private static Object value(Class<?> type, String name, Object object) throws ReflectiveOperationException {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(object);
        }
    }
}
