// Makes the files of this folder that are not written by hand: dotnet run notebooks/data/make.cs
#:project ../../lib/Attention.Models/Attention.Models.csproj
#:property PublishAot=false

using Attention.Models;

string folder = args.Length > 0 ? args[0] : AppContext.GetData("EntryPointFileDirectoryPath") as string ?? throw new InvalidOperationException("name the folder to write to");
foreach (string name in SampleFiles.Write(folder))
    Console.WriteLine($"{new FileInfo(Path.Combine(folder, name)).Length,7} {name}");
