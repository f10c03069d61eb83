// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace coinswarm::nats {

/// Base of what libnats calls back. The library gets a number instead of an address, because there is no last callback:
/// its threads report errors even after they have said that the connection is closed, by when the object may be gone.
/// Behind its number then nobody is found. Any thread.
template <typename T>
class LibraryNumber : public std::enable_shared_from_this<T>
{
public:
    LibraryNumber(const LibraryNumber &) = delete;
    LibraryNumber &operator=(const LibraryNumber &) = delete;

protected:
    LibraryNumber() = default;
    ~LibraryNumber()
    {
        Numbers &numbers = all();
        const std::lock_guard lock(numbers.mutex);
        numbers.known.erase(m_number);
    }

    /// The closure for the library.
    void *number()
    {
        Numbers &numbers = all();
        const std::lock_guard lock(numbers.mutex);
        if (m_number == 0) {
            m_number = ++numbers.last;
            numbers.known.emplace(m_number, this->weak_from_this());
        }
        return reinterpret_cast<void *>(m_number);
    }
    /// Null if it is gone.
    static std::shared_ptr<T> behind(void *number)
    {
        Numbers &numbers = all();
        const std::lock_guard lock(numbers.mutex);
        const auto found = numbers.known.find(reinterpret_cast<std::uintptr_t>(number));
        return found == numbers.known.end() ? nullptr : found->second.lock();
    }

private:
    struct Numbers {
        std::mutex mutex;
        std::unordered_map<std::uintptr_t, std::weak_ptr<T>> known;
        std::uintptr_t last = 0;
    };
    static Numbers &all()
    {
        // Never destroyed: the library's threads outlive main().
        static auto *const numbers = new Numbers;
        return *numbers;
    }

    std::uintptr_t m_number = 0;
};

} // namespace coinswarm::nats
